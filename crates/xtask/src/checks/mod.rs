//! The house rules that no other tool knows: pure functions from a file to what is wrong with it.

mod definitions;
mod figures;
mod length;
mod links;
mod machine_paths;
mod names;
mod run;
mod source;

pub(crate) use run::run;
pub(crate) use source::{Finding, Source};

//! Which endpoint is next.

mod picker;
mod round_robin;
mod tried;

pub(crate) use picker::{Candidate, Choice, Picker};
pub(crate) use tried::Tried;

//! `cargo xtask fuzz`: hostile bytes for the readers of foreign input, as many as the time allows.
//!
//! The targets are functions of the package `fuzz`. [`build`] makes a fuzzer of each, which shares what was
//! built for the tests; [`campaign`] lets one run, and [`mod@run`] all of them. To add a target, add a function,
//! a row to `fuzz/Cargo.toml` and a folder of seeds.

mod args;
mod build;
mod campaign;
mod run;

pub(crate) use args::FuzzArgs;
pub(crate) use run::{run, run_briefly};

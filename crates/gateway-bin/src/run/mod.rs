//! A gateway that runs.

mod drained;
mod open_files;
mod running;
mod start;

pub use drained::Drained;
pub(crate) use open_files::raise_limit;
pub use running::Running;

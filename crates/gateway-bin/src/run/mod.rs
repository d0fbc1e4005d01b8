//! A gateway that runs.

mod running;
mod start;

pub use running::Running;

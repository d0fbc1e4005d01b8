//! The command line.

mod args;
mod check;
mod dispatch;
mod exit;
mod explain;
mod load;
mod log;
mod output;
mod run;
mod schema;
mod signals;
mod version;

pub(crate) use dispatch::main;
pub(crate) use exit::Exit;
pub(crate) use log::start_logging;
pub(crate) use output::{print, print_error};
pub(crate) use signals::{Shutdown, Signals};

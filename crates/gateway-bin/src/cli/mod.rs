//! The command line.

mod args;
mod check;
mod exit;
mod explain;
mod load;
mod log;
mod output;
mod run;
mod schema;
mod signals;
mod version;

use clap::Parser;

pub(crate) use exit::Exit;
pub(crate) use log::start_logging;
pub(crate) use output::{print, print_error};
pub(crate) use signals::{Shutdown, asked_to_stop};

use crate::{Gateway, demo};
use args::{Args, Command};

/// Runs the command that the process was started with.
pub(crate) fn main(gateway: &Gateway) -> Exit {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return exit::of_clap(&error),
    };
    match args.command {
        Command::Run { config } => run::run(gateway, &config.path),
        Command::Check { config } => check::check(gateway, &config.path),
        Command::Explain(question) => explain::explain(gateway, &question),
        Command::Schema => schema::schema(gateway),
        Command::Demo(options) => demo::demo(gateway, &options),
        Command::Version => version::version(gateway),
    }
}

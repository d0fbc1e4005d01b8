//! From the command line to the command.

use clap::Parser;

use super::args::{Args, Command};
use super::{Exit, check, exit, explain, run, schema, version};
use crate::{Gateway, demo};

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

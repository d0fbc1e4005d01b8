//! The commands of this repository, run as `cargo xtask <command>`.
//!
//! - `test` installs what the tests need and is missing, runs every test, and says what was skipped.
//! - `bench` measures Portcullis beside other proxies and writes `docs/performance.md`.
//! - `fuzz` feeds the readers of foreign input with hostile bytes.
//! - `lint` checks formatting, clippy, rustdoc, `cargo deny` and the house rules of CONTRIBUTING.md.
//!
//! Exit codes: 0 all is well, 1 something failed, 2 the command line was not understood.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what these commands are for"
)]

mod args;
mod bench;
mod cargo;
mod checks;
mod components;
mod crates;
mod fuzz;
mod lint;
mod outcome;
mod packages;
mod process;
mod provide;
mod python;
mod selection;
mod skips;
mod tally;
mod test;
mod workspace;

use std::env;
use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let command = match args::parse(env::args().skip(1)) {
        Ok(command) => command,
        Err(complaint) => {
            eprintln!("error: {complaint}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    let done = match command {
        Command::Bench(args) => bench::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Help => {
            println!("{}", args::USAGE);
            Ok(true)
        }
        Command::Lint => lint::run(),
        Command::Test(args) => test::run(&args),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

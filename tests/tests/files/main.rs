//! What operators meet before the first request: the file, what is said about a wrong one, and the command line.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what goes wrong here fails a test, and figures are for those who run it"
)]

mod command_line;
mod golden;
mod large_files;
mod no_port;
mod schema;
mod support;
mod terminal;

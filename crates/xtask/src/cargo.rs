//! The cargo that runs us.

use std::env;
use std::process::Command;

/// A command line that begins with the cargo that started this program.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(args);
    command
}

//! How the process ends.

use std::process::ExitCode;

/// How the process ends; the codes are documented and stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All done.
    Done = 0,
    /// It failed while running: an address is taken, a file cannot be read.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration is wrong.
    Config = 3,
    /// `explain`: the request would be refused.
    Refused = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Prints what clap has to say, which is the help as well as what is wrong.
pub(super) fn of_clap(error: &clap::Error) -> Exit {
    // Nobody is left to tell if the terminal is gone.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Done
    }
}

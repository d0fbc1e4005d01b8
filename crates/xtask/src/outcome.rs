//! How a command of ours ends.

use std::error::Error;

/// `true`: all is well. `false`: something failed and has been reported. An error: the command could
/// not do its work.
pub(crate) type Outcome<T = bool> = Result<T, Box<dyn Error>>;

//! Endpoints from a file that is looked at every second.

mod contents;
mod look;
mod run;

pub(super) use run::run;

use contents::parse;
use look::Look;

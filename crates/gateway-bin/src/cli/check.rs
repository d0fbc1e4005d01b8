//! `portcullis check`

use std::path::Path;

use super::output::count;
use super::{Exit, load, print};
use crate::Gateway;

/// Says everything that is wrong with a file, or how much it holds.
pub(super) fn check(gateway: &Gateway, path: &Path) -> Exit {
    match load::load(gateway, path) {
        Ok(configuration) => {
            let routes = count(configuration.plans.len(), "route");
            let listeners = count(configuration.listeners.len(), "listener");
            print(&format!("{}: ok ({routes}, {listeners})\n", path.display()))
        }
        Err(exit) => exit,
    }
}

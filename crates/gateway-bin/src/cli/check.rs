//! `portcullis check`

use std::path::Path;

use super::{Exit, load, print};
use crate::Gateway;

/// Says everything that is wrong with a file, or how much it holds.
pub(super) fn check(gateway: &Gateway, path: &Path) -> Exit {
    match load::load(gateway, path) {
        Ok(configuration) => {
            let (routes, listeners) = (configuration.plans.len(), configuration.listeners.len());
            print(&format!("{}: ok ({routes} routes, {listeners} listeners)\n", path.display()));
            Exit::Done
        }
        Err(exit) => exit,
    }
}

//! Reading the file a command is about.

use std::path::Path;

use gateway_core::config::Source;

use super::Exit;
use super::output::{print_error, print_findings};
use crate::Gateway;
use crate::compose::Configuration;

/// Reads and checks the file; says what is wrong with it.
///
/// # Errors
/// How the process ends when the file cannot be used.
pub(super) fn load(gateway: &Gateway, path: &Path) -> Result<Configuration, Exit> {
    let source = Source::read(path).map_err(|error| {
        print_error(&format!("error: {error}\n"));
        Exit::Failed
    })?;
    gateway.load(&source).map_err(|errors| {
        print_findings(&source, &errors);
        Exit::Config
    })
}

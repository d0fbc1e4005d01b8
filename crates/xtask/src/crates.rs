//! Programs that cargo builds from crates, installed for this workspace alone.

use std::path::{Path, PathBuf};

use crate::cargo::cargo;
use crate::packages::is_executable;
use crate::process::attempt;

/// The folder that holds the workspace's own programs.
#[derive(Debug)]
pub(crate) struct Crates<'a> {
    tools: &'a Path,
}

impl<'a> Crates<'a> {
    /// Those in the folder `tools`.
    pub(crate) fn new(tools: &'a Path) -> Self {
        Self { tools }
    }

    /// The absolute path of a program, if it is installed.
    pub(crate) fn find(&self, binary: &str) -> Option<PathBuf> {
        let program = self.tools.join("bin").join(binary);
        (program.is_absolute() && is_executable(&program)).then_some(program)
    }

    /// Builds the programs of a crate, with the dependencies that its authors tested.
    pub(crate) fn install(&self, name: &str, version: &str) -> Result<(), String> {
        let mut install = cargo(["install", name, "--locked", "--version", version]);
        attempt(install.arg("--root").arg(self.tools))
    }
}

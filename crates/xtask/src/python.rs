//! Python modules, installed for this workspace alone and never system-wide.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::{Packages, find_program, is_executable};
use crate::process::{attempt, succeeds};

/// Runs the system's Python with the modules that lie beside this script. It stands in for a virtual
/// environment where Python cannot make one.
const LAUNCHER: &str = r#"#!/bin/sh
PYTHONPATH="$(dirname -- "$0")/site-packages"
export PYTHONPATH
exec python3 "$@"
"#;

/// The folder that holds the workspace's own Python modules.
#[derive(Debug)]
pub(crate) struct Python<'a> {
    tools: &'a Path,
}

impl<'a> Python<'a> {
    /// The Python whose modules lie in the folder `tools`.
    pub(crate) fn new(tools: &'a Path) -> Self {
        Self { tools }
    }

    /// The absolute path of a Python that can import the module: ours, or else the system's.
    pub(crate) fn find(&self, module: &str) -> Option<PathBuf> {
        [self.environment(), self.launcher()]
            .into_iter()
            .chain(find_program("python3"))
            .filter(|python| is_executable(python))
            .find(|python| self.imports(python, module))
    }

    /// The absolute path of a program that a package carries inside the folder of its module.
    pub(crate) fn find_program(&self, module: &str, file: &str) -> Option<PathBuf> {
        let python = self.find(module)?;
        let script = format!("import {module}; print({module}.__path__[0], end='')");
        let mut command = Command::new(python);
        let output = command.args(["-c", &script]).current_dir(self.tools);
        let folder = String::from_utf8(output.output().ok()?.stdout).ok()?;
        let program = Path::new(&folder).join(file);
        (program.is_absolute() && is_executable(&program)).then_some(program)
    }

    /// Installs a package into a virtual environment, or beside the launcher if there can be none.
    pub(crate) fn install(&self, package: &str, system: &mut Packages) -> Result<(), String> {
        fs::create_dir_all(self.tools).map_err(|error| error.to_string())?;
        if find_program("python3").is_none() {
            system.install(&["python3", "python3-venv"])?;
        }
        let environment = self.make_environment().or_else(|complaint| {
            eprintln!("warning: {complaint}");
            system.install(&["python3-venv"])?;
            self.make_environment()
        });
        match environment {
            Ok(()) => {
                attempt(Command::new(self.environment()).args(["-m", "pip", "install", package]))
            }
            Err(complaint) => {
                eprintln!("warning: no virtual environment: {complaint}");
                self.install_beside_launcher(package)
            }
        }
    }

    /// Makes the virtual environment, unless there is one that works.
    fn make_environment(&self) -> Result<(), String> {
        if succeeds(Command::new(self.environment()).args(["-m", "pip", "--version"])) {
            return Ok(());
        }
        let folder = self.tools.join("venv");
        attempt(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(folder),
        )
    }

    fn install_beside_launcher(&self, package: &str) -> Result<(), String> {
        let modules = self.tools.join("site-packages");
        let pip = ["-m", "pip", "install", "--upgrade", package, "--target"];
        attempt(Command::new("python3").args(pip).arg(modules))?;
        write_launcher(&self.launcher()).map_err(|error| error.to_string())
    }

    fn environment(&self) -> PathBuf {
        self.tools.join("venv/bin/python")
    }

    fn launcher(&self) -> PathBuf {
        self.tools.join("python")
    }

    fn imports(&self, python: &Path, module: &str) -> bool {
        let mut command = Command::new(python);
        command.args(["-c", &format!("import {module}")]);
        // Python looks into the current folder first, where a folder may have the module's name.
        succeeds(command.current_dir(self.tools))
    }
}

fn write_launcher(path: &Path) -> std::io::Result<()> {
    fs::write(path, LAUNCHER)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

//! Programs of the system: finding them, and installing them with apt.

use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{attempt, succeeds};

/// Where servers live, which is not on everybody's search path.
const SERVER_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// A package index that is slow or locked is waited for, within bounds.
const APT_OPTIONS: [&str; 3] = [
    "-oAcquire::http::Timeout=30",
    "-oAcquire::Retries=2",
    "-oDPkg::Lock::Timeout=120",
];

/// The absolute path of a program, looked for on the search path and among the system's servers.
pub(crate) fn find_program(binary: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(SERVER_FOLDERS.iter().map(PathBuf::from))
        .map(|folder| folder.join(binary))
        .find(|program| program.is_absolute() && is_executable(program))
}

/// Whether this is a file that may be run.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The system's package tool. Its index is refreshed before the first installation.
#[derive(Debug, Default)]
pub(crate) struct Packages {
    refreshed: bool,
}

impl Packages {
    /// Installs packages, if this system has apt and lets us.
    pub(crate) fn install(&mut self, packages: &[&str]) -> Result<(), String> {
        let names = packages.join(" ");
        if find_program("apt-get").is_none() {
            return Err(format!(
                "there is no apt-get here; install {names} yourself"
            ));
        }
        let Some(privilege) = privilege() else {
            return Err(format!(
                "neither root nor sudo without a password; run: apt-get install {names}"
            ));
        };
        if !self.refreshed {
            self.refreshed = true;
            // Without a network the index on disk may still do.
            if let Err(complaint) = attempt(apt_get(privilege).arg("update")) {
                eprintln!("warning: {complaint}");
            }
        }
        let install = ["install", "--yes", "--no-install-recommends"];
        attempt(apt_get(privilege).args(install).args(packages))
    }
}

/// What to put before a command that needs root; `None` if nothing helps.
fn privilege() -> Option<&'static [&'static str]> {
    let user = Command::new("id").arg("-u").output().ok()?;
    if user.stdout.trim_ascii() == b"0" {
        Some(&[])
    } else if succeeds(Command::new("sudo").args(["-n", "true"])) {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

fn apt_get(privilege: &[&str]) -> Command {
    let setting = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
    let mut words = privilege.iter().chain(&setting).chain(&APT_OPTIONS);
    let mut command = Command::new(words.next().unwrap_or(&"env"));
    command.args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_their_absolute_path() {
        let shell = find_program("sh").unwrap();
        assert!(shell.is_absolute() && is_executable(&shell));
        assert_eq!(find_program("no-such-program"), None);
        assert!(!is_executable(Path::new("/")));
    }

    #[test]
    fn apt_never_asks() {
        for privilege in [&["sudo", "-n"][..], &[]] {
            let command = apt_get(privilege);
            let words = std::iter::once(command.get_program()).chain(command.get_args());
            let words: Vec<_> = words.filter_map(|word| word.to_str()).collect();
            assert_eq!(words[..privilege.len()], *privilege);
            assert!(words.contains(&"DEBIAN_FRONTEND=noninteractive"));
        }
    }
}

//! The binary that operators run.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use crate::gateway_process::GatewayProcess;
use crate::process::Process;

const NAME: &str = "portcullis";
/// How long a command that does not serve may take.
const COMMAND: Duration = Duration::from_secs(60);

/// The binary that operators run, as cargo has built it.
#[derive(Clone, Debug)]
pub struct Binary(PathBuf);

impl Binary {
    /// The one that cargo names in `CARGO_BIN_EXE_portcullis`, else the one in the directory of this test's
    /// profile, `target/<profile>/`.
    ///
    /// # Errors
    /// `NotFound`, with the command that builds it.
    pub fn find() -> io::Result<Self> {
        let told = std::env::var_os(format!("CARGO_BIN_EXE_{NAME}")).map(PathBuf::from);
        let path = match told {
            Some(path) => path,
            None => beside(&std::env::current_exe()?),
        };
        Self::at(path)
    }

    /// The one at `path`.
    ///
    /// # Errors
    /// `NotFound`, with the command that builds it.
    pub fn at(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        if path.is_file() {
            return Ok(Self(path));
        }
        let message = format!(
            "{} is not built: cargo build -p gateway-bin",
            path.display()
        );
        Err(io::Error::new(io::ErrorKind::NotFound, message))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A command that runs it.
    pub fn command(&self) -> Command {
        Command::new(&self.0)
    }

    /// Runs it with `arguments` to its end, as for `check` or `explain`; the process tells output and status.
    ///
    /// # Errors
    /// When it cannot be started, `TimedOut` after a minute.
    pub async fn run<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> io::Result<Process> {
        let mut command = self.command();
        command.args(arguments);
        let mut process = Process::start(command)?;
        process.wait(COMMAND).await?;
        Ok(process)
    }

    /// Serves with the configuration `toml`, in which each `bind` with port 0 gets a free port.
    ///
    /// # Errors
    /// As [`GatewayProcess::start`].
    pub async fn serve(&self, toml: &str) -> io::Result<GatewayProcess> {
        GatewayProcess::start(self.command(), toml).await
    }
}

/// The binary of the profile that the test at `test` was built in: tests are in its `deps`, doc tests
/// elsewhere.
fn beside(test: &Path) -> PathBuf {
    let directory = test.parent().unwrap_or(test);
    let profile = match directory.file_name() {
        Some(name) if name == "deps" => directory.parent().unwrap_or(directory),
        _ => directory,
    };
    profile.join(NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_for_in_the_profile_of_the_test() {
        let found = beside(Path::new("/w/target/debug/deps/e2e-0123"));
        assert_eq!(found, Path::new("/w/target/debug/portcullis"));
        assert_eq!(
            beside(Path::new("/w/target/measure/x")),
            Path::new("/w/target/measure/portcullis")
        );
    }

    #[test]
    fn one_that_is_not_built_says_how_to_build_it() {
        let error = Binary::at("/no/such/binary").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().ends_with("cargo build -p gateway-bin"));
    }

    #[tokio::test]
    async fn a_command_runs_to_its_end() {
        let mut process = Binary::at("/bin/sh")
            .unwrap()
            .run(["-c", "echo out; exit 3"])
            .await
            .unwrap();
        assert_eq!(process.status().unwrap().unwrap().code(), Some(3));
        assert_eq!(process.stdout(), "out\n");
    }
}

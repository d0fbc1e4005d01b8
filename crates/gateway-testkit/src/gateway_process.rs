//! The gateway as a process of its own.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::bindings::Bindings;
use crate::process::Process;
use crate::wait::wait_until;

const START: Duration = Duration::from_secs(30);
const FILE: &str = "portcullis.toml";

/// The gateway as a process of its own, serving. It is killed, and its directory is gone, when dropped.
#[derive(Debug)]
pub struct GatewayProcess {
    process: Process,
    listeners: BTreeMap<String, SocketAddr>,
    admin: Option<SocketAddr>,
    directory: TempDir,
}

impl GatewayProcess {
    /// Runs `command` with `run --config FILE`, where `FILE` holds `toml` with a free port for each `bind` that
    /// has port 0, and waits until every listener accepts. `command` may be one's own `main`, and may have an
    /// environment.
    ///
    /// # Errors
    /// `InvalidData` when `toml` is not even TOML; what the process wrote to standard error when it ends;
    /// `TimedOut` when it does not accept within 30 s.
    pub async fn start(mut command: Command, toml: &str) -> io::Result<Self> {
        let bindings = Bindings::of(toml)?;
        let directory = tempfile::tempdir()?;
        let file = directory.path().join(FILE);
        std::fs::write(&file, bindings.text)?;
        command.arg("run").arg("--config").arg(&file);
        command.current_dir(directory.path());
        let mut gateway = Self {
            process: Process::start(command)?,
            listeners: bindings.listeners,
            admin: bindings.admin,
            directory,
        };
        gateway.wait_until_it_accepts().await?;
        Ok(gateway)
    }

    async fn wait_until_it_accepts(&mut self) -> io::Result<()> {
        let process = &mut self.process;
        for address in self.listeners.values().chain(&self.admin) {
            let mut has_ended = false;
            let accepting = wait_until(START, async || {
                has_ended = !matches!(process.status(), Ok(None));
                has_ended || TcpStream::connect(address).await.is_ok()
            });
            accepting.await?;
            if has_ended {
                let status = process.wait(START).await?;
                let message = format!("the gateway ended, {status}:\n{}", process.stderr());
                return Err(io::Error::other(message));
            }
        }
        Ok(())
    }

    /// Where the listener `name` is reached.
    ///
    /// # Errors
    /// `NotFound` when the file has none of that name.
    pub fn address(&self, name: &str) -> io::Result<SocketAddr> {
        let unknown = || {
            io::Error::new(
                io::ErrorKind::NotFound,
                format!("no listener is called {name}"),
            )
        };
        self.listeners.get(name).copied().ok_or_else(unknown)
    }

    /// Where `[admin]` is reached, if the file has it.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// The directory that holds its file, `portcullis.toml`; it is the working directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The process: its output, its usage, its end.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program in the place of the gateway: it is given the file as its third argument.
    fn script(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, "gateway"]);
        command
    }

    #[tokio::test]
    async fn the_last_words_of_one_that_ends_are_the_error() {
        let toml = "[listeners.public]\nbind = \"127.0.0.1:0\"\n";
        let ending = script("echo \"$1 $2\" >&2; cat \"$3\" >&2; exit 3");
        let error = GatewayProcess::start(ending, toml)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("exit status: 3") && error.contains("run --config"),
            "{error}"
        );
        assert!(
            error.contains("[listeners.public]\nbind = \"127.0.0.1:"),
            "{error}"
        );
        assert!(!error.contains("127.0.0.1:0\""), "{error}");
    }

    #[tokio::test]
    async fn it_is_ready_when_every_listener_accepts() {
        let public = crate::ports::free_address().unwrap();
        let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let toml = format!(
            "[listeners.public]\nbind = \"{public}\"\n[admin]\nbind = \"{}\"\n",
            admin.local_addr().unwrap()
        );
        let opening = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            std::net::TcpListener::bind(public).unwrap()
        };
        let mut starting = std::pin::pin!(GatewayProcess::start(script("exec sleep 60"), &toml));
        let early = tokio::time::timeout(Duration::from_millis(50), &mut starting).await;
        assert!(early.is_err(), "{early:?}");
        let (gateway, _listener) = tokio::join!(starting, opening);
        let gateway = gateway.unwrap();
        assert_eq!(gateway.address("public").unwrap(), public);
        assert_eq!(
            gateway.address("private").unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        assert_eq!(gateway.admin_address(), Some(admin.local_addr().unwrap()));
    }
}

//! Servers of other makes.

use std::net::SocketAddr;
use std::path::Path;

use gateway_testkit::{Process, wait_until};
use tokio::process::Command;

use crate::PATIENCE;

/// A server that says what it takes for a request.
pub(super) struct Parser(Process);

impl Parser {
    /// Python's `http.server`.
    pub(super) async fn python(python: &Path) -> Self {
        Self::start(python, "-c", include_str!("server.py")).await
    }

    /// Node's `http`, lenient.
    pub(super) async fn node(node: &Path) -> Self {
        Self::start(node, "-e", include_str!("server.js")).await
    }

    async fn start(program: &Path, option: &str, script: &str) -> Self {
        let mut command = Command::new(program);
        command.args([option, script]);
        let process = Process::start(command).unwrap();
        wait_until(PATIENCE, async || process.stdout().ends_with('\n'))
            .await
            .unwrap();
        Self(process)
    }

    /// Where it listens: its first word.
    pub(super) fn address(&self) -> SocketAddr {
        let port = self.0.stdout().lines().next().unwrap().parse().unwrap();
        ([127, 0, 0, 1], port).into()
    }

    /// Method and target of all it has taken for requests.
    pub(super) fn requests(&self) -> Vec<String> {
        let said = self.0.stdout();
        said.lines().skip(1).map(str::to_owned).collect()
    }
}

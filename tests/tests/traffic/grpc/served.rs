//! A gRPC server in Python, the gateway before it, and clients in Python.

use std::path::Path;
use std::time::Duration;

use gateway_testkit::{InProcessGateway, Process, free_address, wait_until};
use serde_json::Value;
use tokio::process::Command;

use crate::PATIENCE;
use crate::passage::gateway_before;
use crate::protocol::Protocol;

const SERVER: &str = include_str!("server.py");
const CLIENT: &str = include_str!("client.py");
/// The service behind a key and in the open; nothing else has a route.
const ROUTES: &str = r#"
[layers.key]
type = "api-key"
keys = [{ hash = "sha256:c48a01f49fd0f2cc404bc3cbbc80e91457a3d41bb429a695243de4c61794155c", label = "demo" }]

[[routes]]
name = "open"
match = { path = { prefix = "/open.Service" } }
upstream = "main"

[[routes]]
name = "closed"
match = { path = { prefix = "/closed.Service" } }
layers = ["key"]
upstream = "main"
"#;

/// A gRPC server and the gateway before it.
pub(super) struct Served {
    gateway: InProcessGateway,
    server: Option<Process>,
}

impl Served {
    /// With a server that runs.
    pub(super) async fn new(python: &Path) -> Self {
        let server = run(python, SERVER, &[]);
        wait_until(PATIENCE, async || server.stdout().ends_with('\n'))
            .await
            .unwrap();
        let address = format!("127.0.0.1:{}", server.stdout().trim())
            .parse()
            .unwrap();
        Self {
            gateway: gateway_before(address, Protocol::Http2, ROUTES),
            server: Some(server),
        }
    }

    /// A gateway before a server that is away.
    pub(super) fn away() -> Self {
        let nobody = free_address().unwrap();
        Self {
            gateway: gateway_before(nobody, Protocol::Http2, ROUTES),
            server: None,
        }
    }

    /// Whether the server notices before long that a client has left.
    pub(super) async fn notices_leaving(&self, within: Duration) -> bool {
        let noticed = wait_until(within, async || {
            let said = self.server.as_ref().map(Process::stdout);
            said.is_some_and(|said| said.contains("gone"))
        });
        noticed.await.is_ok()
    }

    /// Makes one call; returns what came of it.
    pub(super) async fn call(
        &self,
        python: &Path,
        kind: &str,
        method: &str,
        metadata: &[&str],
    ) -> Value {
        let address = self.gateway.address("public").unwrap().to_string();
        let mut client = run(
            python,
            CLIENT,
            &[&[&address, kind, method][..], metadata].concat(),
        );
        let status = client.wait(PATIENCE).await.unwrap();
        assert!(status.success(), "{}", client.stderr());
        serde_json::from_str(&client.stdout()).unwrap()
    }
}

fn run(python: &Path, script: &str, arguments: &[&str]) -> Process {
    let mut command = Command::new(python);
    command.args(["-c", script]).args(arguments);
    Process::start(command).unwrap()
}

//! A WebSocket server in Python, the gateway before it as operators run it, and clients in Python.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gateway_testkit::{Binary, GatewayProcess, Process, wait_until};
use serde_json::Value;
use tokio::process::Command;

use super::client_bridge::ClientBridge;
use super::server_bridge::ServerBridge;
use crate::PATIENCE;
use crate::passage::{LISTENER, upstream_section};
use crate::protocol::Protocol;

const SERVER: &str = include_str!("server.py");
const CLIENT: &str = include_str!("client.py");
/// How long a client may take, whatever it does.
const CLIENT_PATIENCE: Duration = Duration::from_secs(60);
/// The server at every path; only below `/closed` it may not be asked for WebSockets.
pub(super) const ROUTES: &str = r#"
[[routes]]
name = "open"
match = { path = { prefix = "/" } }
upstream = "main"
websocket = true

[[routes]]
name = "closed"
match = { path = { prefix = "/closed" } }
upstream = "main"

[[routes]]
name = "answered"
match = { path = "/answered" }
respond = { body = "from the file" }
"#;

/// A WebSocket server and the gateway before it.
pub(super) struct Served {
    python: PathBuf,
    server: Process,
    pub(super) gateway: GatewayProcess,
    /// Where clients in Python connect to.
    address: SocketAddr,
    pub(super) server_bridge: Option<ServerBridge>,
    _client_bridge: Option<ClientBridge>,
}

impl Served {
    /// With clients and a server that speak these protocols.
    pub(super) async fn new(python: &Path, way: (Protocol, Protocol)) -> Self {
        Self::with(python, way, "").await
    }

    /// The same, with further sections.
    pub(super) async fn with(python: &Path, way: (Protocol, Protocol), sections: &str) -> Self {
        let (from, to) = way;
        let server = run(python, SERVER, &[]);
        wait_until(PATIENCE, async || server.stdout().contains('\n'))
            .await
            .unwrap();
        let port = server.stdout();
        let port = port.lines().next().unwrap();
        let mut endpoint: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
        let server_bridge = match to {
            Protocol::Http1 => None,
            Protocol::Http2 => Some(ServerBridge::to(endpoint).await.unwrap()),
        };
        if let Some(bridge) = &server_bridge {
            endpoint = bridge.address;
        }
        let main = upstream_section("main", endpoint, to);
        let file = format!("{LISTENER}{main}{ROUTES}{sections}");
        let gateway = Binary::find().unwrap().serve(&file).await.unwrap();
        let mut address = gateway.address("public").unwrap();
        let client_bridge = match from {
            Protocol::Http1 => None,
            Protocol::Http2 => Some(ClientBridge::to(address).await.unwrap()),
        };
        if let Some(bridge) = &client_bridge {
            address = bridge.address;
        }
        Self {
            python: python.to_owned(),
            server,
            gateway,
            address,
            server_bridge,
            _client_bridge: client_bridge,
        }
    }

    /// Lets a client do `what` at `path`; returns what came of it.
    pub(super) async fn client(&self, path: &str, what: &str, arguments: &[&str]) -> Value {
        let client = self.begin(path, what, arguments);
        outcome(client).await
    }

    /// Starts a client.
    pub(super) fn begin(&self, path: &str, what: &str, arguments: &[&str]) -> Process {
        let url = format!("ws://{}{path}", self.address);
        run(
            &self.python,
            CLIENT,
            &[&[&url, what][..], arguments].concat(),
        )
    }

    /// What the server said of the connections that have ended, once there are `count` of them.
    pub(super) async fn ended(&self, count: usize) -> Vec<Value> {
        let lines = || self.server.stdout().lines().count();
        wait_until(PATIENCE, async || lines() > count)
            .await
            .unwrap();
        let said = self.server.stdout();
        said.lines()
            .skip(1)
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// What came of a client.
pub(super) async fn outcome(mut client: Process) -> Value {
    let status = client.wait(CLIENT_PATIENCE).await.unwrap();
    assert!(status.success(), "{}", client.stderr());
    let said = client.stdout();
    serde_json::from_str(said.lines().last().unwrap()).unwrap()
}

fn run(python: &Path, script: &str, arguments: &[&str]) -> Process {
    let mut command = Command::new(python);
    command.args(["-c", script]).args(arguments);
    Process::start(command).unwrap()
}

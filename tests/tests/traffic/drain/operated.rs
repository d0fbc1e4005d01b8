//! The gateway as operators run it, with an upstream whose answers the test lets go.

use std::sync::Arc;
use std::time::Duration;

use axum_core::body::Body;
use gateway_testkit::upstream::Upstream;
use gateway_testkit::{Answer, Binary, GatewayProcess, HttpClient, http_client};
use http::{Request, Response};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::Protocol;

/// The gateway as a process, before an upstream that answers `/held` when it is let go, and everything else at
/// once.
pub(super) struct Operated {
    pub(super) gateway: GatewayProcess,
    pub(super) upstream: Upstream,
    held: Arc<Semaphore>,
}

impl Operated {
    /// With these times to drain.
    pub(super) async fn draining(keep_accepting: &str, timeout: &str) -> Self {
        Self::with(keep_accepting, timeout, "").await
    }

    /// With these times to drain, and further sections.
    pub(super) async fn with(keep_accepting: &str, timeout: &str, sections: &str) -> Self {
        let held = Arc::new(Semaphore::new(0));
        let let_go = Arc::clone(&held);
        let answer = move |request: Request<Body>| {
            let let_go = Arc::clone(&let_go);
            async move {
                if request.uri().path() == "/held" {
                    let _permit = let_go.acquire().await;
                }
                Response::new(Body::from("done"))
            }
        };
        let upstream = Upstream::start(answer).await.unwrap();
        let main = upstream_section("main", upstream.address(), Protocol::Http1);
        let drain = format!(
            "[gateway.drain]\nkeep-accepting = \"{keep_accepting}\"\ntimeout = \"{timeout}\"\n"
        );
        let file =
            format!("{LISTENER}[admin]\nbind = \"127.0.0.1:0\"\n{main}{drain}{sections}{ALL}");
        let gateway = Binary::find().unwrap().serve(&file).await.unwrap();
        Self {
            gateway,
            upstream,
            held,
        }
    }

    /// A client with a connection on which one request has been answered.
    pub(super) async fn settled_client(&self, protocol: Protocol) -> HttpClient {
        let client = protocol
            .connect(self.gateway.address("public").unwrap())
            .await;
        assert_eq!(client.get("/").await.unwrap().text(), "done");
        client
    }

    /// Lets `count` of the held requests go.
    pub(super) fn let_go(&self, count: usize) {
        self.held.add_permits(count);
    }

    /// Whether the gateway says that it is ready.
    pub(super) async fn readiness(&self) -> Answer {
        let admin = self.gateway.admin_address().unwrap();
        http_client::get(&format!("http://{admin}/readyz"))
            .await
            .unwrap()
    }

    /// Whether the gateway takes new connections.
    pub(super) async fn is_accepting(&self) -> bool {
        TcpStream::connect(self.gateway.address("public").unwrap())
            .await
            .is_ok()
    }

    /// Waits until the process has ended, and returns its exit code.
    pub(super) async fn exit_code(&mut self, within: Duration) -> Option<i32> {
        self.gateway.process().wait(within).await.unwrap().code()
    }
}

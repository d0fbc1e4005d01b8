//! Many requests over few clients, through the real binary.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum_core::body::Body;
use gateway_testkit::{Binary, GatewayProcess, HttpClient};
use http::{Method, Request};
use tokio::task::JoinSet;

use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::Protocol;

/// Clients at once.
pub(super) const CLIENTS: usize = 8;
/// Requests of each method, of all clients together.
pub(super) const REQUESTS: usize = 800;
/// How long all of them may take, on a machine that is busy.
const WITHIN: Duration = Duration::from_secs(120);

/// A gateway process before an HTTP/1.1 upstream at `address`.
pub(super) async fn gateway_before(address: SocketAddr) -> GatewayProcess {
    let main = upstream_section("main", address, Protocol::Http1);
    let toml = format!("{LISTENER}{main}{ALL}");
    Binary::find().unwrap().serve(&toml).await.unwrap()
}

/// Sends all requests, each with a path of its own; checks that every one gets the answer to itself.
pub(super) async fn send_all(gateway: &GatewayProcess, method: &Method) {
    let address = gateway.address("public").unwrap();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let method = method.clone();
        clients.spawn(async move {
            let connection = HttpClient::http1(address).await.unwrap();
            for number in 0..REQUESTS / CLIENTS {
                let path = format!("/{method}-{client}-{number}");
                let body = match method {
                    Method::POST => Body::from("a body"),
                    _ => Body::empty(),
                };
                let request = Request::builder().method(&method).uri(&path);
                let answer = connection.send(request.body(body).unwrap()).await.unwrap();
                assert_eq!((answer.status.as_u16(), answer.text()), (200, path));
            }
        });
    }
    let done = tokio::time::timeout(WITHIN, clients.join_all());
    done.await.unwrap();
}

/// Checks that each request of `method` was made: POSTs once, others at least once.
pub(super) fn assert_made(seen: impl IntoIterator<Item = String>, method: &Method) {
    let mut times = BTreeMap::<_, usize>::new();
    let prefix = format!("/{method}-");
    for path in seen.into_iter().filter(|path| path.starts_with(&prefix)) {
        *times.entry(path).or_default() += 1;
    }
    assert_eq!(times.len(), REQUESTS);
    if method == Method::POST {
        times.retain(|_, times| *times > 1);
        assert!(times.is_empty(), "made more than once: {times:?}");
    }
}

//! No more connections, and no more who wait for one, than are allowed.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use layer_lb::{Protocol, UpstreamConfig};

use crate::support::{Endpoint, code, get, proxy, request, send, text};

/// Answers after a while.
async fn slow() -> Endpoint {
    Endpoint::http1(|_| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Response::new(Body::from("ok"))
    })
    .await
}

fn limited(endpoint: &Endpoint, connections: usize, pending: usize) -> UpstreamConfig {
    let mut config = endpoint.config();
    config.protocol = Protocol::Http1;
    config.limits.connections = connections.into();
    config.limits.pending = pending.into();
    config
}

#[tokio::test]
async fn requests_wait_for_a_connection() {
    let endpoint = slow().await;
    let proxy = proxy(&limited(&endpoint, 2, 100));
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move { text(get(&proxy).await).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), "ok");
    }
    assert_eq!(endpoint.accepted(), 2);
}

#[tokio::test]
async fn those_too_many_are_refused() {
    let endpoint = slow().await;
    let proxy = proxy(&limited(&endpoint, 1, 1));
    let (first, second, third) = tokio::join!(get(&proxy), get(&proxy), get(&proxy));
    assert_eq!(
        (first.status(), second.status()),
        (StatusCode::OK, StatusCode::OK)
    );
    assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(code(&third), "upstream/overloaded");
}

#[tokio::test]
async fn what_must_not_be_handled_twice_gets_the_place_of_an_idle_connection() {
    let endpoint = slow().await;
    let proxy = proxy(&limited(&endpoint, 1, 1));
    for method in ["GET", "POST", "POST"] {
        let response = send(&proxy, request(method, Body::empty())).await;
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(endpoint.accepted(), 3);
}

#[tokio::test]
async fn a_connection_that_closes_makes_room() {
    let endpoint =
        Endpoint::answering(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")
            .await;
    let proxy = proxy(&limited(&endpoint, 1, 100));
    let requests: Vec<_> = (0..10)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move { text(get(&proxy).await).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), "ok");
    }
    assert_eq!(endpoint.accepted(), 10);
}

//! Clients that read slowly, or no more.

use std::time::{Duration, Instant};

use axum_core::body::Body;
use gateway_testkit::raw::RawConnection;
use http::{Request, Response};

use super::operated::Operated;
use crate::PATIENCE;
use crate::passage::{ALL, Passage};
use crate::protocol::Protocol;

/// More than the buffers of both sockets hold.
const LENGTH: usize = 32 * 1024 * 1024;

async fn large(_: Request<Body>) -> Response<Body> {
    Response::new(Body::from(vec![b'x'; LENGTH]))
}

/// A client that has asked for the large answer and read nothing of it for a while.
async fn after_a_pause(limits: &str, pause: Duration) -> (Passage, RawConnection) {
    let rest = format!("[listeners.public.http]\n{limits}\n{ALL}");
    let passage = Passage::with(Protocol::Http1, large, &rest).await;
    let mut client = passage.raw().await;
    client
        .send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(pause).await;
    (passage, client)
}

#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let limits = "header-timeout = \"300ms\"\nidle-timeout = \"300ms\"";
    let (_passage, mut client) = after_a_pause(limits, Duration::from_secs(2)).await;
    let response = client.read_response().await.unwrap();
    assert_eq!(response.body.len(), LENGTH);
}

#[tokio::test]
async fn a_reader_that_has_gone_away_is_let_go() {
    let limits = "write-timeout = \"300ms\"";
    let (_passage, mut client) = after_a_pause(limits, Duration::from_secs(3)).await;
    // What is in the buffers can be read; the rest was not kept for this client.
    assert!(client.read_response().await.is_err());
    assert!(client.received().len() < LENGTH);
}

#[tokio::test]
async fn a_head_that_never_ends_does_not_hold_up_the_drain() {
    let limits = "[listeners.public.http]\nheader-timeout = \"300ms\"\n";
    let mut operated = Operated::with("0s", "20s", limits).await;
    let mut client = RawConnection::connect(operated.gateway.address("public").unwrap())
        .await
        .unwrap();
    client.send("GET / HTTP/1.1\r\nHo").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    operated.gateway.process().terminate().unwrap();
    assert_eq!(operated.exit_code(PATIENCE).await, Some(0));
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

//! How requests that are under way, and the process itself, come to their end.

use std::time::{Duration, Instant};

use gateway_testkit::raw::RawConnection;
use gateway_testkit::wait_until;

use super::operated::Operated;
use crate::PATIENCE;
use crate::protocol::{PROTOCOLS, Protocol};
use crate::signal::interrupt;

#[tokio::test]
async fn a_client_is_told_that_the_connection_closes() {
    let mut operated = Operated::draining("0s", "20s").await;
    let mut client = RawConnection::connect(operated.gateway.address("public").unwrap())
        .await
        .unwrap();
    client
        .send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    operated
        .upstream
        .wait_for_requests(1, PATIENCE)
        .await
        .unwrap();
    operated.gateway.process().terminate().unwrap();
    wait_until(PATIENCE, async || !operated.is_accepting().await)
        .await
        .unwrap();
    operated.let_go(1);
    let response = client.read_response().await.unwrap();
    assert_eq!(response.text(), "done");
    assert_eq!(response.head.field("connection"), Some("close"));
    assert!(client.closes_within(PATIENCE).await);
    assert_eq!(operated.exit_code(PATIENCE).await, Some(0));
    let log = operated.gateway.process().stderr();
    assert!(log.contains("drained: every connection has ended"), "{log}");
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let mut operated = Operated::draining("0s", "500ms").await;
    let mut stuck = Vec::new();
    for protocol in PROTOCOLS {
        let client = operated.settled_client(protocol).await;
        stuck.push(tokio::spawn(async move { client.get("/held").await }));
    }
    operated
        .upstream
        .wait_for_requests(4, PATIENCE)
        .await
        .unwrap();
    let start = Instant::now();
    operated.gateway.process().terminate().unwrap();
    assert_eq!(operated.exit_code(PATIENCE).await, Some(0));
    assert!(
        start.elapsed() >= Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    for asked in stuck {
        assert!(asked.await.unwrap().is_err());
    }
    let log = operated.gateway.process().stderr();
    assert!(log.contains("\"connections\":2"), "{log}");
    assert!(log.contains("still open are cut"), "{log}");
    assert!(!log.contains("every connection has ended"), "{log}");
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let mut operated = Operated::draining("60s", "60s").await;
    let client = operated.settled_client(Protocol::Http1).await;
    let stuck = tokio::spawn(async move { client.get("/held").await });
    operated
        .upstream
        .wait_for_requests(2, PATIENCE)
        .await
        .unwrap();
    operated.gateway.process().terminate().unwrap();
    let unready = async || operated.readiness().await.status == 503;
    wait_until(PATIENCE, unready).await.unwrap();
    operated.gateway.process().terminate().unwrap();
    assert_eq!(operated.exit_code(PATIENCE).await, Some(0));
    assert!(stuck.await.unwrap().is_err());
}

#[tokio::test]
async fn somebody_at_a_terminal_waits_for_requests_alone() {
    let mut operated = Operated::draining("60s", "60s").await;
    let client = operated.settled_client(Protocol::Http1).await;
    let asked = tokio::spawn(async move { client.get("/held").await });
    operated
        .upstream
        .wait_for_requests(2, PATIENCE)
        .await
        .unwrap();
    interrupt(operated.gateway.process());
    wait_until(PATIENCE, async || !operated.is_accepting().await)
        .await
        .unwrap();
    operated.let_go(1);
    assert_eq!(asked.await.unwrap().unwrap().text(), "done");
    assert_eq!(operated.exit_code(PATIENCE).await, Some(0));
}

//! Connections that stay without a request, or never finish one.

use std::time::{Duration, Instant};

use gateway_testkit::upstream::respond;
use gateway_testkit::wait_until;

use crate::PATIENCE;
use crate::passage::{ALL, Passage};
use crate::protocol::{PROTOCOLS, Protocol};

/// A gateway with these limits of a connection, before an upstream that takes 300 ms.
async fn limited(header_timeout: &str, idle_timeout: &str) -> Passage {
    let rest = format!(
        "[listeners.public.http]\nheader-timeout = \"{header_timeout}\"\nidle-timeout = \"{idle_timeout}\"\n{ALL}"
    );
    let slow = respond::delayed(Duration::from_millis(300), respond::text("done"));
    Passage::with(Protocol::Http1, slow, &rest).await
}

/// Checks that this much time has passed since `start`, and not much more.
fn assert_took(start: Instant, least: u64) {
    let (took, least) = (start.elapsed(), Duration::from_millis(least));
    assert!(
        took >= least && took < least + Duration::from_secs(3),
        "{took:?}, wanted {least:?}"
    );
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let rest = format!("[listeners.public.http]\nfirst-byte-timeout = \"200ms\"\n{ALL}");
    let passage = Passage::with(Protocol::Http1, respond::text("done"), &rest).await;
    let mut client = passage.raw().await;
    let start = Instant::now();
    assert!(client.closes_within(PATIENCE).await);
    assert!(client.received().is_empty());
    assert_took(start, 200);
}

#[tokio::test]
async fn a_head_that_drips_is_not_waited_for() {
    let passage = limited("200ms", "60s").await;
    for beginning in [
        "GET / HTTP/1.1\r\n",
        "P",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut client = passage.raw().await;
        let start = Instant::now();
        client.send(beginning).await.unwrap();
        let dripping = async { while client.drip("x", Duration::from_millis(50)).await.is_ok() {} };
        tokio::time::timeout(PATIENCE, dripping).await.unwrap();
        assert_took(start, 200);
    }
}

#[tokio::test]
async fn a_second_head_has_the_same_limit() {
    let passage = limited("400ms", "60s").await;
    let mut client = passage.raw().await;
    client
        .send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "done");
    // Longer than a head may take; a connection between requests may take its time.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let start = Instant::now();
    client.send("GET / HT").await.unwrap();
    assert!(client.closes_within(PATIENCE).await);
    assert_took(start, 400);
}

#[tokio::test]
async fn a_connection_without_requests_is_closed() {
    let passage = limited("100ms", "250ms").await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        // The request takes longer than the connection may be idle.
        for _ in 0..2 {
            assert_eq!(
                client.get("/").await.unwrap().text(),
                "done",
                "{protocol:?}"
            );
        }
        let start = Instant::now();
        wait_until(PATIENCE, async || client.is_closed().await)
            .await
            .unwrap();
        // The client may have noted the end of the response a little late.
        assert_took(start, 200);
    }
}

#[tokio::test]
async fn a_short_idle_time_holds_beside_a_long_one_for_heads() {
    let passage = limited("60s", "250ms").await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        assert_eq!(client.get("/").await.unwrap().text(), "done");
        let start = Instant::now();
        let closed = wait_until(PATIENCE, async || client.is_closed().await);
        closed.await.unwrap();
        assert_took(start, 200);
    }
}

#[tokio::test]
async fn a_ping_between_requests_is_no_head() {
    let passage = limited("200ms", "60s").await;
    let mut client = passage.raw().await;
    // The preface, empty settings, their acknowledgement, and GET / of the host `a` on stream 1.
    client
        .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    client.send([0, 0, 0, 4, 0, 0, 0, 0, 0]).await.unwrap();
    client.send([0, 0, 0, 4, 1, 0, 0, 0, 0]).await.unwrap();
    let head = [0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, b'a'];
    client.send(head).await.unwrap();
    let answered = async || passage.upstream.requests().len() == 1;
    wait_until(PATIENCE, answered).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    // A client that keeps its connection alive, as gRPC's do.
    let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    client.send(ping).await.unwrap();
    assert!(!client.closes_within(Duration::from_secs(2)).await);
    let goaway = [0, 0, 8, 7, 0, 0, 0, 0, 0];
    let received = client.received();
    assert!(!received.windows(goaway.len()).any(|frame| frame == goaway));
}

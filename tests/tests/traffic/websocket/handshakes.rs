//! Handshakes by the byte, and what becomes of what is sent behind them.

use std::time::{Duration, Instant};

use gateway_testkit::InProcessGateway;
use gateway_testkit::raw::{RawConnection, RawHead};
use gateway_testkit::upstream::RawUpstream;

use super::served::ROUTES;
use crate::PATIENCE;
use crate::passage::gateway_before;
use crate::protocol::Protocol;

const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, superchat\r\nX-Sent: yes\r\n\r\n";
/// RFC 6455, section 1.3.
const GRANT: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";
const HELLO: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";

/// Sends `sent` to a gateway before an upstream that answers any head with `answer` and then echoes; returns the
/// connection and the upstream.
async fn send(sent: &[u8], answer: &'static str) -> (RawConnection, RawUpstream, InProcessGateway) {
    send_with("", sent, answer).await
}

/// The same, with further keys of the upstream.
async fn send_with(
    keys: &str,
    sent: &[u8],
    answer: &'static str,
) -> (RawConnection, RawUpstream, InProcessGateway) {
    let upstream = RawUpstream::start(move |mut connection| async move {
        connection.read_head().await?;
        connection.send(answer).await?;
        connection.set_deadline(Duration::from_secs(60));
        loop {
            let bytes = connection.read_at_least(1).await?;
            if bytes.is_empty() {
                return Ok(());
            }
            connection.send(bytes).await?;
        }
    })
    .await
    .unwrap();
    let rest = format!("{keys}{ROUTES}");
    let gateway = gateway_before(upstream.address(), Protocol::Http1, &rest);
    let mut client = RawConnection::connect(gateway.address("public").unwrap())
        .await
        .unwrap();
    client.send(sent).await.unwrap();
    (client, upstream, gateway)
}

fn first_head(upstream: &RawUpstream) -> RawHead {
    let received = upstream.received();
    RawHead::parse(&received[0]).unwrap().0
}

#[tokio::test]
async fn the_handshake_passes_and_what_follows_it_at_once_reaches_the_tunnel() {
    let sent = [HANDSHAKE.as_bytes(), HELLO].concat();
    let (mut client, upstream, _gateway) = send(&sent, GRANT).await;
    let head = client.read_head().await.unwrap();
    assert_eq!(head.status().unwrap(), 101);
    for (name, value) in [
        ("upgrade", "websocket"),
        ("connection", "upgrade"),
        ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("sec-websocket-protocol", "chat"),
        ("content-length", ""),
        ("transfer-encoding", ""),
    ] {
        let found = head.field(name).unwrap_or_default();
        assert!(found.eq_ignore_ascii_case(value), "{name}: {found}");
    }
    assert_eq!(client.read_at_least(HELLO.len()).await.unwrap(), HELLO);
    let asked = first_head(&upstream);
    assert_eq!(asked.start_line, "GET /chat HTTP/1.1");
    for (name, value) in [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "chat, superchat"),
        ("x-sent", "yes"),
    ] {
        let values: Vec<&str> = asked.values(name).collect();
        assert_eq!(values, [value], "{name}");
    }
    // A half-close passes, and so does the answer to it.
    client.close_sending().await.unwrap();
    assert_eq!(client.read_to_end().await.unwrap(), "");
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test]
async fn an_endpoints_first_words_may_come_with_its_head() {
    let with_words: &'static str = concat!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x01\x05early"
    );
    let (mut client, _upstream, _gateway) = send(HANDSHAKE.as_bytes(), with_words).await;
    assert_eq!(client.read_head().await.unwrap().status().unwrap(), 101);
    assert_eq!(client.read_at_least(7).await.unwrap(), "\x01\x05early");
}

#[tokio::test]
async fn what_follows_a_handshake_that_is_refused_is_no_request() {
    let next = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    for (answer, status) in [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", 403),
        (
            "HTTP/1.1 426 Upgrade Required\r\nUpgrade: x\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nno",
            426,
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", 200),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", 502),
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
            502,
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
            502,
        ),
    ] {
        let sent = [HANDSHAKE, next].concat();
        let (mut client, upstream, _gateway) = send(sent.as_bytes(), answer).await;
        let response = client.read_response().await.unwrap();
        assert_eq!(response.head.status().unwrap(), status, "{answer}");
        assert_eq!(response.head.field("connection"), Some("close"));
        if status != 502 {
            assert_eq!(response.text(), "no");
        }
        assert!(client.closes_within(PATIENCE).await);
        let received = upstream.received().concat();
        let received = String::from_utf8_lossy(&received).into_owned();
        assert!(!received.contains("smuggled"), "{received}");
    }
}

#[tokio::test]
async fn an_upgrade_that_nobody_asked_for_is_none() {
    let plain = "GET /chat HTTP/1.1\r\nHost: a\r\n\r\n";
    let (mut client, _upstream, _gateway) = send(plain.as_bytes(), GRANT).await;
    let response = client.read_response().await.unwrap();
    assert_eq!(response.head.status().unwrap(), 502);
}

#[tokio::test]
async fn the_request_timeout_is_for_the_handshake_and_the_idle_timeout_for_what_follows() {
    let keys = "timeout = { request = \"500ms\", idle = \"2s\" }\n";
    let (mut client, _upstream, _gateway) = send_with(keys, HANDSHAKE.as_bytes(), GRANT).await;
    assert_eq!(client.read_head().await.unwrap().status().unwrap(), 101);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    client.send(HELLO).await.unwrap();
    assert_eq!(client.read_at_least(HELLO.len()).await.unwrap(), HELLO);
    let rested = Instant::now();
    assert_eq!(client.read_to_end().await.unwrap(), "");
    let rested = rested.elapsed();
    assert!(rested > Duration::from_millis(1900), "{rested:?}");

    let (mut client, _upstream, _gateway) = send_with(keys, HANDSHAKE.as_bytes(), "").await;
    let response = client.read_response().await.unwrap();
    assert_eq!(response.head.status().unwrap(), 504);
    assert!(client.closes_within(PATIENCE).await);
}

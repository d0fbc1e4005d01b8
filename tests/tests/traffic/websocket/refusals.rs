//! Handshakes that are none.

use bytes::Bytes;
use gateway_testkit::raw::RawMessage;
use gateway_testkit::upstream::{RecordedRequest, respond};
use h2::client::SendRequest;
use h2::ext::Protocol as WebProtocol;
use http::{Method, Request};

use super::client_bridge::connect;
use super::served::ROUTES;
use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::Protocol;

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const ASKS: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const V13: &str = "Sec-WebSocket-Version: 13\r\n";

/// What came of one request with these lines, and of another one sent right behind it.
struct Outcome {
    answer: RawMessage,
    seen: Vec<RecordedRequest>,
    second_answered: bool,
}

async fn send(method: &str, lines: &[&str], body: &str) -> Outcome {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), ROUTES).await;
    let mut client = passage.raw().await;
    let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    let request = format!(
        "{method} /chat HTTP/1.1\r\nHost: a\r\n{}\r\n{body}{next}",
        lines.concat()
    );
    client.send(request).await.unwrap();
    let answer = client.read_response().await.unwrap();
    let second_answered = client.read_response().await.is_ok();
    if !second_answered {
        assert!(client.closes_within(PATIENCE).await);
    }
    Outcome {
        answer,
        seen: passage.upstream.requests(),
        second_answered,
    }
}

#[tokio::test]
async fn a_malformed_handshake_is_refused_and_nothing_behind_it_is_read() {
    let short = "Sec-WebSocket-Key: c2hvcnQ=\r\n";
    let old = "Sec-WebSocket-Version: 8\r\n";
    let length = "Content-Length: 4\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (method, lines, body, code) in [
        ("GET", &[ASKS, V13][..], "", "request/websocket-handshake"),
        (
            "GET",
            &[ASKS, V13, short],
            "",
            "request/websocket-handshake",
        ),
        (
            "GET",
            &[ASKS, V13, KEY, KEY],
            "",
            "request/websocket-handshake",
        ),
        (
            "POST",
            &[ASKS, V13, KEY, length],
            "body",
            "request/websocket-handshake",
        ),
        (
            "GET",
            &[ASKS, V13, KEY, length],
            "body",
            "request/websocket-handshake",
        ),
        (
            "GET",
            &[ASKS, V13, KEY, chunked],
            "4\r\nbody\r\n0\r\n\r\n",
            "request/websocket-handshake",
        ),
        ("GET", &[ASKS, KEY], "", "request/websocket-version"),
        ("GET", &[ASKS, old, KEY], "", "request/websocket-version"),
    ] {
        let outcome = send(method, lines, body).await;
        let answer = &outcome.answer;
        assert_eq!(answer.head.status().unwrap(), 400, "{lines:?}");
        assert!(answer.text().contains(code), "{lines:?}: {}", answer.text());
        assert_eq!(answer.head.field("connection"), Some("close"), "{lines:?}");
        if code == "request/websocket-version" {
            assert_eq!(answer.head.field("sec-websocket-version"), Some("13"));
        }
        assert!(!outcome.second_answered, "{lines:?}");
        assert!(outcome.seen.is_empty(), "{lines:?}");
    }
}

#[tokio::test]
async fn what_asks_for_no_websocket_is_an_ordinary_request() {
    let h2c = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    for lines in [
        &[h2c][..],
        &["Upgrade: websocket\r\n", V13, KEY],
        &["Connection: close-not\r\nUpgrade: websocket\r\n", V13, KEY],
        &["Connection: Upgrade\r\nUpgrade: websocket2\r\n", V13, KEY],
    ] {
        let outcome = send("GET", lines, "").await;
        assert_eq!(outcome.answer.text(), "done", "{lines:?}");
        assert!(outcome.second_answered, "{lines:?}");
        for seen in outcome.seen {
            for gone in ["connection", "upgrade", "http2-settings"] {
                assert!(!seen.headers.contains_key(gone), "{lines:?}: {seen:?}");
            }
        }
    }
}

#[tokio::test]
async fn of_several_protocols_only_websocket_is_asked_for() {
    let both = "Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n";
    let two = "Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n";
    for asks in [both, two] {
        let outcome = send("GET", &[asks, V13, KEY], "").await;
        assert_eq!(outcome.answer.text(), "done");
        assert_eq!(outcome.answer.head.field("connection"), Some("close"));
        let [seen] = outcome.seen.as_slice() else {
            panic!("{:?}", outcome.seen);
        };
        let asked: Vec<_> = seen.headers.get_all("upgrade").iter().collect();
        assert_eq!(asked, ["websocket"]);
        assert!(!outcome.second_answered);
    }
}

#[tokio::test]
async fn an_endpoint_may_not_know_web_sockets_over_http_2() {
    let passage = Passage::with(Protocol::Http2, respond::text("done"), ROUTES).await;
    let mut client = passage.raw().await;
    let asked = format!("GET / HTTP/1.1\r\nHost: a\r\n{ASKS}{V13}{KEY}\r\n");
    client.send(asked).await.unwrap();
    let answer = client.read_response().await.unwrap();
    assert_eq!(answer.head.status().unwrap(), 502);
    let text = answer.text();
    assert!(text.contains("upstream/websocket-unsupported"), "{text}");
}

/// The status and the body that answer an extended CONNECT.
async fn connect_answer(
    requests: &mut SendRequest<Bytes>,
    protocol: Option<&'static str>,
    version: &str,
) -> (u16, String) {
    let uri = match protocol {
        Some(_) => "http://a/chat",
        None => "a:80",
    };
    let mut request = Request::builder().method(Method::CONNECT).uri(uri);
    request = request.header("sec-websocket-version", version);
    if let Some(protocol) = protocol {
        request = request.extension(WebProtocol::from_static(protocol));
    }
    let request = request.body(()).unwrap();
    let (response, _open) = requests.send_request(request, false).unwrap();
    let (head, mut body) = response.await.unwrap().into_parts();
    let mut text = Vec::new();
    while let Some(bytes) = body.data().await {
        text.extend_from_slice(&bytes.unwrap());
    }
    (head.status.as_u16(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn extended_connect_is_for_web_sockets_of_version_13() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), ROUTES).await;
    let mut requests = connect(passage.address()).await.unwrap();
    for (protocol, version, status, code) in [
        (Some("websocket"), "8", 400, "request/websocket-version"),
        (Some("connect-udp"), "13", 501, "request/method-unsupported"),
        (None, "13", 501, "request/method-unsupported"),
        // The upstream does not switch, and its success must not be taken for a grant.
        (Some("websocket"), "13", 403, "request/upgrade-refused"),
    ] {
        let (found, text) = connect_answer(&mut requests, protocol, version).await;
        assert_eq!(found, status, "{protocol:?} {version}: {text}");
        assert!(text.contains(code), "{protocol:?} {version}: {text}");
    }
    let seen = passage.upstream.requests();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

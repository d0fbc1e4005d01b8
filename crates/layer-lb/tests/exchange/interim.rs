//! What comes before a response, and what comes instead of one.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use gateway_core::facts::{EarlyHints, FailureKind, Interim, Tunnel, Upgrade, UpstreamFailure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Endpoint, code, get, read_head, request, send, text};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[derive(Default)]
struct Client(Mutex<Vec<HeaderMap>>);

impl EarlyHints for Client {
    fn send(&self, fields: HeaderMap) {
        self.0.lock().unwrap().push(fields);
    }
}

/// Answers each request with `bytes`.
async fn answering(bytes: String) -> Endpoint {
    Endpoint::answering(bytes.leak().as_bytes()).await
}

#[tokio::test]
async fn hints_are_passed_on_without_what_concerns_the_connection() {
    let endpoint = answering(format!(
        "HTTP/1.1 100 Continue\r\n\r\n\
         HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nconnection: x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=9\r\n\r\n\
         HTTP/1.1 102 Processing\r\nx-kept: 1\r\n\r\n\
         HTTP/1.1 103 Early Hints\r\nlink: </b>\r\ncontent-length: 7\r\n\r\n{OK}"
    ))
    .await;
    let proxy = endpoint.proxy();
    let client = Arc::new(Client::default());
    for _ in 0..2 {
        let mut request = request("GET", Body::empty());
        let interim = Interim::new(Arc::clone(&client) as _);
        request.extensions_mut().insert(interim);
        assert_eq!(text(send(&proxy, request).await).await, "ok");
        let hints = std::mem::take(&mut *client.0.lock().unwrap());
        assert_eq!(hints.len(), 2, "{hints:?}");
        for (hint, link) in hints.iter().zip(["</a>", "</b>"]) {
            assert_eq!((hint.len(), &hint["link"]), (1, &link.parse().unwrap()));
        }
    }
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn a_client_that_cannot_be_told_gets_the_response() {
    let endpoint = answering(format!(
        "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n{OK}"
    ))
    .await;
    assert_eq!(text(get(&endpoint.proxy()).await).await, "ok");
}

#[tokio::test]
async fn interim_responses_have_an_end() {
    for (count, status) in [(16, StatusCode::OK), (17, StatusCode::BAD_GATEWAY)] {
        let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(count);
        let endpoint = answering(format!("{interim}{OK}")).await;
        let response = get(&endpoint.proxy()).await;
        assert_eq!(response.status(), status, "{count}");
    }
}

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const GRANT: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

/// Answers a handshake with `head` and `begin`, and sends back what comes then.
async fn websocket(head: &'static str, begin: &'static str) -> Endpoint {
    Endpoint::raw(move |_, mut stream| async move {
        let asked = read_head(&mut stream).await.unwrap();
        assert!(asked.starts_with("GET /chat HTTP/1.1\r\n"), "{asked}");
        for line in ["connection: upgrade\r\n", "upgrade: websocket\r\n"] {
            assert!(asked.contains(line), "{asked}");
        }
        let answer = format!("{head}\r\n{begin}");
        stream.write_all(answer.as_bytes()).await.unwrap();
        let (mut from, mut to) = stream.split();
        let _ = tokio::io::copy(&mut from, &mut to).await;
    })
    .await
}

fn handshake() -> Request<Body> {
    Request::get("/chat")
        .header("host", "api.example")
        .header("sec-websocket-key", KEY)
        .extension(Upgrade::WebSocket)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn another_protocol_that_was_asked_for_is_a_tunnel() {
    let endpoint = websocket(GRANT, "hello").await;
    let response = send(&endpoint.proxy(), handshake()).await;
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(response.headers().len(), 1, "{:?}", response.headers());
    let tunnel = response.extensions().get::<Tunnel>().unwrap();
    let mut io = tunnel.take().unwrap();
    drop(response);
    io.write_all(b" again").await.unwrap();
    io.shutdown().await.unwrap();
    let mut all = String::new();
    io.read_to_string(&mut all).await.unwrap();
    assert_eq!(all, "hello again");
}

#[tokio::test]
async fn a_tunnel_that_nobody_takes_closes_the_connection() {
    let endpoint = Endpoint::raw(|before, mut stream| async move {
        read_head(&mut stream).await;
        if before == 0 {
            let grant = format!("{GRANT}\r\n");
            stream.write_all(grant.as_bytes()).await.unwrap();
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
        }
        stream.write_all(OK.as_bytes()).await.unwrap();
    })
    .await;
    let proxy = endpoint.proxy();
    drop(send(&proxy, handshake()).await);
    assert_eq!(text(get(&proxy).await).await, "ok");
    assert_eq!(endpoint.accepted(), 2);
}

#[tokio::test]
async fn another_protocol_than_was_asked_for_is_malformed() {
    let h2c = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n";
    let endpoint = websocket(h2c, "").await;
    let response = send(&endpoint.proxy(), handshake()).await;
    assert_eq!(code(&response), "upstream/malformed-response");
    let failure = response.extensions().get::<UpstreamFailure>().unwrap();
    assert_eq!(failure.kind, FailureKind::Malformed);
}

#[tokio::test]
async fn a_handshake_may_be_refused() {
    let endpoint = answering("HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno".to_owned()).await;
    let response = send(&endpoint.proxy(), handshake()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(text(response).await, "no");
}

//! Requests that are sent again and are more than a head and a body.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use bytes::Bytes;
use gateway_core::facts::{Attempts, EarlyHints, Interim, Tunnel, Upgrade};
use layer_lb::{BalanceConfig, Protocol, UpstreamConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::retries::{dead, proxy};
use crate::support::{Endpoint, Proxy, code, read_head, request, retrying, send, text};

const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\n";
const GRANT: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello";

fn in_turn(addresses: &[std::net::SocketAddr]) -> UpstreamConfig {
    UpstreamConfig {
        balance: BalanceConfig::RoundRobin,
        ..retrying(addresses)
    }
}

/// The response to the first of the requests that is tried twice; endpoints are asked in turn.
async fn tried_twice(proxy: &Proxy, request: impl Fn() -> Request<Body>) -> Response<Body> {
    for _ in 0..2 {
        let response = send(proxy, request()).await;
        if response.extensions().get::<Attempts>().is_some() {
            return response;
        }
    }
    panic!("no request is tried twice");
}

#[derive(Default)]
struct Client(Mutex<Vec<HeaderMap>>);

impl EarlyHints for Client {
    fn send(&self, fields: HeaderMap) {
        self.0.lock().unwrap().push(fields);
    }
}

#[tokio::test]
async fn hints_do_not_stand_in_the_way_of_another_try() {
    let begun = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        let hint = b"HTTP/1.1 103 Early Hints\r\nlink: </lost>\r\n\r\n";
        stream.write_all(hint).await.unwrap();
    })
    .await;
    let good = Endpoint::answering(
        b"HTTP/1.1 103 Early Hints\r\nlink: </kept>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    )
    .await;
    let (proxy, _) = proxy(&in_turn(&[begun.address, good.address]));
    let client = Arc::new(Client::default());
    let asking = |method: &'static str| {
        let client = Arc::clone(&client);
        move || {
            client.0.lock().unwrap().clear();
            let mut request = request(method, Body::empty());
            let interim = Interim::new(Arc::clone(&client) as _);
            request.extensions_mut().insert(interim);
            request
        }
    };
    let response = tried_twice(&proxy, asking("GET")).await;
    assert_eq!(text(response).await, "ok");
    let hints = std::mem::take(&mut *client.0.lock().unwrap());
    let links: Vec<_> = hints.iter().map(|fields| &fields["link"]).collect();
    assert_eq!(links, ["</lost>", "</kept>"]);

    // Whoever has begun to answer has begun to process.
    let statuses = [
        send(&proxy, asking("POST")()).await.status(),
        send(&proxy, asking("POST")()).await.status(),
    ];
    assert!(statuses.contains(&StatusCode::OK), "{statuses:?}");
    assert!(statuses.contains(&StatusCode::BAD_GATEWAY), "{statuses:?}");
}

fn handshake() -> Request<Body> {
    Request::get("/chat")
        .header("host", "api.example")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .extension(Upgrade::WebSocket)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn a_handshake_is_tried_elsewhere() {
    let granting = Endpoint::raw(|_, mut stream| async move {
        let asked = read_head(&mut stream).await.unwrap();
        for line in [
            "connection: upgrade\r\n",
            "upgrade: websocket\r\n",
            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        ] {
            assert_eq!(asked.matches(line).count(), 1, "{asked}");
        }
        stream.write_all(GRANT.as_bytes()).await.unwrap();
    })
    .await;
    let closing = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
    })
    .await;
    let busy = Endpoint::answering(BUSY).await;
    for bad in [dead().await, closing.address, busy.address] {
        let (proxy, upstream) = proxy(&in_turn(&[bad, granting.address]));
        let response = tried_twice(&proxy, handshake).await;
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
        let tunnel = response.extensions().get::<Tunnel>().unwrap();
        let mut all = String::new();
        let mut io = tunnel.take().unwrap();
        io.read_to_string(&mut all).await.unwrap();
        assert_eq!(all, "hello");
        drop((io, response));
        let mut endpoints = upstream.endpoints().into_iter();
        assert!(endpoints.all(|endpoint| endpoint.in_flight() == 0));
    }
}

/// Answers handshakes over HTTP/2 with `status`.
async fn answering_over_http2(status: StatusCode) -> Endpoint {
    Endpoint::raw(move |_, stream| async move {
        let connection = h2::server::Builder::new()
            .enable_connect_protocol()
            .handshake::<_, Bytes>(stream);
        let mut connection = connection.await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let mut response = Response::new(());
            *response.status_mut() = status;
            let _ = respond.send_response(response, !status.is_success());
        }
    })
    .await
}

#[tokio::test]
async fn a_handshake_over_http2_is_tried_elsewhere() {
    let granting = answering_over_http2(StatusCode::OK).await;
    let busy = answering_over_http2(StatusCode::SERVICE_UNAVAILABLE).await;
    for bad in [dead().await, busy.address] {
        let mut config = in_turn(&[bad, granting.address]);
        config.protocol = Protocol::Http2;
        let (proxy, _) = proxy(&config);
        let response = tried_twice(&proxy, handshake).await;
        let code = code(&response);
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS, "{code}");
        assert!(response.extensions().get::<Tunnel>().is_some());
    }
}

#[tokio::test]
async fn the_answer_to_head_has_no_body_to_wait_for() {
    let busy = Endpoint::answering(BUSY).await;
    let good = Endpoint::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await;
    let (proxy, _) = proxy(&in_turn(&[busy.address, good.address]));
    for _ in 0..3 {
        let response = send(&proxy, request("HEAD", Body::empty())).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-length"], "5");
        assert_eq!(text(response).await, "");
    }
    // Either connection is used again.
    assert_eq!((busy.accepted(), good.accepted()), (1, 1));
}

//! Endpoints that speak TLS: who is believed, and what is shown to them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use gateway_core::facts::{Tunnel, Upgrade, UpstreamFailure};
use gateway_core::rejection::Rejection;
use layer_lb::TlsConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::authority::{Authority, NAME, https, tls_endpoint};
use crate::support::{Endpoint, code, get, proxy, read_head, request, send, text};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const LOOPBACK: &str = "127.0.0.1";

/// Answers each request on `stream`.
async fn answer(_: usize, mut stream: TlsStream<TcpStream>) {
    while read_head(&mut stream).await.is_some() {
        if stream.write_all(OK).await.is_err() {
            return;
        }
    }
}

/// Why `response` is a refusal.
fn cause(response: &Response<Body>) -> String {
    let rejection = response.extensions().get::<Rejection>();
    assert_eq!(code(response), "upstream/connect-failed", "{rejection:?}");
    let failure = response.extensions().get::<UpstreamFailure>().unwrap();
    assert!(!failure.may_have_been_sent);
    let rejection = response.extensions().get::<Rejection>().unwrap();
    rejection.cause().unwrap().to_owned()
}

#[tokio::test]
async fn an_endpoint_of_a_trusted_authority_is_believed() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, answer).await;
    let proxy = proxy(&https(&endpoint, authority.trusted()));
    for _ in 0..3 {
        assert_eq!(text(get(&proxy).await).await, "ok");
    }
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn an_endpoint_that_is_found_later_is_believed_as_one_that_was_known() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, answer).await;
    let mut config = https(&endpoint, authority.trusted());
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("endpoints.toml");
    let [url] = &config.endpoints[..] else {
        panic!("more than one");
    };
    std::fs::write(&file, format!("endpoints = [\"{}\"]\n", url.url)).unwrap();
    config.endpoints = Vec::new().into();
    let discover = serde_json::json!({ "file": file });
    config.discover = Some(serde_json::from_value(discover).unwrap());
    let upstream = layer_lb::Upstream::build("orders", &config).unwrap();
    assert!(!upstream.is_found());
    upstream.start();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !upstream.is_found() {
        assert!(tokio::time::Instant::now() < deadline, "nothing was found");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let layer = layer_lb::LoadBalanceLayer::new(upstream);
    let proxy = tower::Layer::layer(&layer, layer_lb::EndpointClient::new());
    assert_eq!(text(get(&proxy).await).await, "ok");
}

#[tokio::test]
async fn whoever_pretends_is_not_believed_and_the_log_says_why() {
    let authority = Authority::new();
    let stranger = Authority::new();
    for (identity, why) in [
        (stranger.issue(&[LOOPBACK]), "UnknownIssuer"),
        (authority.issue_expired(&[LOOPBACK]), "certificate expired"),
        (authority.issue(&["other.internal"]), "not valid for name"),
    ] {
        let endpoint = tls_endpoint(authority.server(&identity), answer).await;
        let response = get(&proxy(&https(&endpoint, authority.trusted()))).await;
        let cause = cause(&response);
        assert!(cause.contains("the TLS handshake failed: "), "{cause}");
        assert!(cause.contains(why), "{why} in {cause}");
        assert!(!text(response).await.contains("certificate"));
    }
}

#[tokio::test]
async fn the_authorities_of_the_system_do_not_know_ours() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, answer).await;
    let mut config = https(&endpoint, TlsConfig::default());
    config.tls = None;
    let response = get(&proxy(&config)).await;
    assert!(cause(&response).contains("UnknownIssuer"));
}

#[tokio::test]
async fn any_certificate_does_where_the_operator_wants_it() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue_expired(&["other.internal"]));
    let endpoint = tls_endpoint(server, answer).await;
    let tls = TlsConfig {
        danger_accept_any_certificate: true,
        ..TlsConfig::default()
    };
    let proxy = proxy(&https(&endpoint, tls));
    assert_eq!(text(get(&proxy).await).await, "ok");
}

#[tokio::test]
async fn the_name_is_asked_for_and_verified() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[NAME]));
    let names = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&names);
    let endpoint = tls_endpoint(server, move |before, stream: TlsStream<TcpStream>| {
        let name = stream.get_ref().1.server_name().map(ToOwned::to_owned);
        seen.lock().unwrap().push(name);
        answer(before, stream)
    })
    .await;
    let tls = TlsConfig {
        server_name: Some(NAME.parse().unwrap()),
        ..authority.trusted()
    };
    assert_eq!(text(get(&proxy(&https(&endpoint, tls))).await).await, "ok");
    assert_eq!(*names.lock().unwrap(), [Some(NAME.to_owned())]);
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_those_who_want_one() {
    let authority = Authority::new();
    let server = authority.strict_server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, answer).await;
    let known = authority.trusted_with(&authority.issue(&["gateway"]));
    let response = get(&proxy(&https(&endpoint, known))).await;
    assert_eq!(text(response).await, "ok");

    let stranger = authority.trusted_with(&Authority::new().issue(&["gateway"]));
    for (tls, why) in [
        (authority.trusted(), "CertificateRequired"),
        (stranger, "UnknownCA"),
    ] {
        // Many a client finds out only after its side of the handshake has ended; a POST shows that nothing of it
        // was handled.
        let proxy = proxy(&https(&endpoint, tls));
        let response = send(&proxy, request("POST", Body::from("x"))).await;
        let cause = cause(&response);
        assert!(cause.contains(why), "{why} in {cause}");
    }
}

#[tokio::test]
async fn a_handshake_has_as_much_time_as_connecting() {
    let authority = Authority::new();
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
    })
    .await;
    let mut config = https(&endpoint, authority.trusted());
    config.timeout.connect = gateway_core::config::Duration::from_millis(100).into();
    let response = get(&proxy(&config)).await;
    assert_eq!(code(&response), "upstream/connect-timeout");
}

#[tokio::test]
async fn later_handshakes_are_short() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&kinds);
    let endpoint = tls_endpoint(server, move |_, mut stream: TlsStream<TcpStream>| {
        let seen = Arc::clone(&seen);
        async move {
            read_head(&mut stream).await;
            seen.lock()
                .unwrap()
                .push(stream.get_ref().1.handshake_kind());
            let response = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
            stream.write_all(response).await.unwrap();
            let _ = stream.shutdown().await;
        }
    })
    .await;
    let proxy = proxy(&https(&endpoint, authority.trusted()));
    for _ in 0..2 {
        assert_eq!(text(get(&proxy).await).await, "ok");
    }
    use rustls::HandshakeKind::{Full, Resumed};
    assert_eq!(*kinds.lock().unwrap(), [Some(Full), Some(Resumed)]);
}

#[tokio::test]
async fn what_tls_says_while_a_connection_is_idle_is_no_response() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, |_, mut stream: TlsStream<TcpStream>| async move {
        while read_head(&mut stream).await.is_some() {
            stream.write_all(OK).await.unwrap();
            // New keys, which go out with an empty record of their own.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let (tcp, session) = stream.get_mut();
            session.refresh_traffic_keys().unwrap();
            let mut record = Vec::new();
            session.write_tls(&mut record).unwrap();
            tcp.write_all(&record).await.unwrap();
        }
    })
    .await;
    let proxy = proxy(&https(&endpoint, authority.trusted()));
    for method in ["GET", "POST", "GET", "POST"] {
        let response = send(&proxy, request(method, Body::empty())).await;
        assert_eq!(text(response).await, "ok");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn an_idle_connection_that_tls_has_ended_is_not_used() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, |_, mut stream: TlsStream<TcpStream>| async move {
        read_head(&mut stream).await;
        stream.write_all(OK).await.unwrap();
        // The end of TLS, while the socket stays open.
        let (tcp, session) = stream.get_mut();
        session.send_close_notify();
        let mut record = Vec::new();
        session.write_tls(&mut record).unwrap();
        tcp.write_all(&record).await.unwrap();
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let proxy = proxy(&https(&endpoint, authority.trusted()));
    for (before, method) in ["GET", "POST", "GET"].into_iter().enumerate() {
        assert_eq!(endpoint.accepted(), before);
        let response = send(&proxy, request(method, Body::empty())).await;
        assert_eq!(text(response).await, "ok");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn a_body_without_length_ends_with_tls_and_not_with_the_socket() {
    let authority = Authority::new();
    for says_goodbye in [true, false] {
        let server = authority.server(&authority.issue(&[LOOPBACK]));
        let endpoint = tls_endpoint(
            server,
            move |_, mut stream: TlsStream<TcpStream>| async move {
                read_head(&mut stream).await;
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\n\r\npart")
                    .await
                    .unwrap();
                stream.flush().await.unwrap();
                if says_goodbye {
                    stream.shutdown().await.unwrap();
                }
            },
        )
        .await;
        let response = get(&proxy(&https(&endpoint, authority.trusted()))).await;
        assert_eq!(response.status(), StatusCode::OK);
        let body = axum::body::to_bytes(response.into_body(), 100).await;
        assert_eq!(body.is_ok(), says_goodbye);
    }
}

#[tokio::test]
async fn large_bodies_pass_both_ways() {
    const SIZE: usize = 3 << 20;
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, |_, mut stream: TlsStream<TcpStream>| async move {
        read_head(&mut stream).await;
        let mut body = vec![0; SIZE];
        stream.read_exact(&mut body).await.unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {SIZE}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        stream.flush().await.unwrap();
        let _ = stream.read(&mut [0]).await;
    })
    .await;
    let body: String = (0..SIZE)
        .map(|at| char::from(b'a' + (at % 26) as u8))
        .collect();
    let proxy = proxy(&https(&endpoint, authority.trusted()));
    let response = send(&proxy, request("POST", Body::from(body.clone()))).await;
    assert!(text(response).await == body);
}

#[tokio::test]
async fn a_websocket_passes_through_tls() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&[LOOPBACK]));
    let endpoint = tls_endpoint(server, |_, mut stream: TlsStream<TcpStream>| async move {
        read_head(&mut stream).await;
        // The accepting hash of the sample key (RFC 6455, section 1.3), and the first frame at once.
        let granted =
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
            sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello";
        stream.write_all(granted).await.unwrap();
        let mut said = [0; 4];
        stream.read_exact(&mut said).await.unwrap();
        stream.write_all(&said).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await;
    let mut request = request("GET", Body::empty());
    request.extensions_mut().insert(Upgrade::WebSocket);
    let key = "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap();
    request.headers_mut().insert("sec-websocket-key", key);
    let response = send(&proxy(&https(&endpoint, authority.trusted())), request).await;
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let tunnel = response.extensions().get::<Tunnel>().unwrap();
    let mut tunnel = tunnel.take().unwrap();
    tunnel.write_all(b" you").await.unwrap();
    tunnel.flush().await.unwrap();
    let mut heard = String::new();
    tunnel.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "hello you");
}

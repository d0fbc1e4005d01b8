//! Endpoints that say by ALPN what they speak.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, Version};
use bytes::Bytes;
use gateway_core::rejection::Rejection;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use layer_lb::{Protocol, RetryConfig, UpstreamConfig};
use rustls::ServerConfig;
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, https};
use crate::support::{Endpoint, as_service, code, eventually, get, proxy, request, send, text};

const H2: &[&[u8]] = &[b"h2"];
const HTTP1: &[&[u8]] = &[b"http/1.1"];
const BOTH: &[&[u8]] = &[b"h2", b"http/1.1"];

/// Speaks what `offers` says for each connection, the last one for all that follow, and answers with what was
/// spoken.
async fn choosing(authority: &Authority, offers: &'static [&'static [&'static [u8]]]) -> Endpoint {
    let server = authority.server(&authority.issue(&["127.0.0.1"]));
    Endpoint::raw(move |before, stream| {
        let mut server: ServerConfig = server.clone();
        let offer = offers[before.min(offers.len() - 1)];
        server.alpn_protocols = offer.iter().map(|name| name.to_vec()).collect();
        async move {
            let Ok(stream) = TlsAcceptor::from(Arc::new(server)).accept(stream).await else {
                return;
            };
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let handler = |request: Request<hyper::body::Incoming>| async move {
                let is_last = request.uri().path() == "/last";
                let mut response = Response::new(Body::from(format!("{:?}", request.version())));
                if request.version() == Version::HTTP_2 {
                    assert_eq!(request.uri().scheme_str(), Some("https"));
                } else if is_last {
                    let close = "close".parse().unwrap();
                    response.headers_mut().insert("connection", close);
                }
                response
            };
            let service = hyper::service::service_fn(as_service(handler));
            let io = TokioIo::new(stream);
            if is_h2 {
                let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let connection = builder.serve_connection(io, service);
                // The first one ends soon, where another offer follows.
                let patience = std::time::Duration::from_millis(300);
                if before + 1 < offers.len() {
                    let _ = tokio::time::timeout(patience, connection).await;
                } else {
                    let _ = connection.await;
                }
            } else {
                let builder = hyper::server::conn::http1::Builder::new();
                let _ = builder.serve_connection(io, service).await;
            }
        }
    })
    .await
}

fn speaking(endpoint: &Endpoint, authority: &Authority, protocol: Protocol) -> UpstreamConfig {
    let mut config = https(endpoint, authority.trusted());
    config.protocol = protocol;
    config
}

#[tokio::test]
async fn the_first_connection_tells_and_is_used() {
    let authority = Authority::new();
    for (offers, spoken) in [
        (&[BOTH][..], "HTTP/2.0"),
        (&[H2], "HTTP/2.0"),
        (&[HTTP1], "HTTP/1.1"),
        (&[&[]], "HTTP/1.1"),
    ] {
        let endpoint = choosing(&authority, offers).await;
        let proxy = proxy(&speaking(&endpoint, &authority, Protocol::Auto));
        for method in ["POST", "GET", "GET"] {
            let response = send(&proxy, request(method, Body::empty())).await;
            assert_eq!(text(response).await, spoken);
        }
        assert_eq!(endpoint.accepted(), 1, "{spoken}");
    }
}

#[tokio::test]
async fn those_who_come_at_the_same_time_ask_once() {
    let authority = Authority::new();
    let endpoint = choosing(&authority, &[BOTH]).await;
    let proxy = proxy(&speaking(&endpoint, &authority, Protocol::Auto));
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move { text(get(&proxy).await).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), "HTTP/2.0");
    }
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn an_endpoint_that_speaks_another_protocol_now_is_asked_again() {
    let authority = Authority::new();
    for (retry, is_noticed) in [(RetryConfig::Off, true), (RetryConfig::default(), false)] {
        let endpoint = choosing(&authority, &[H2, HTTP1]).await;
        let mut config = speaking(&endpoint, &authority, Protocol::Auto);
        config.retry = retry;
        let proxy = proxy(&config);
        assert_eq!(text(get(&proxy).await).await, "HTTP/2.0");
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        if is_noticed {
            assert_eq!(code(&get(&proxy).await), "upstream/connect-failed");
        }
        for _ in 0..2 {
            assert_eq!(text(get(&proxy).await).await, "HTTP/1.1");
        }
    }
}

#[tokio::test]
async fn http2_must_be_chosen_where_it_alone_is_spoken() {
    let authority = Authority::new();
    let endpoint = choosing(&authority, &[BOTH]).await;
    let chosen = proxy(&speaking(&endpoint, &authority, Protocol::Http2));
    assert_eq!(text(get(&chosen).await).await, "HTTP/2.0");
    let plain = proxy(&speaking(&endpoint, &authority, Protocol::Http1));
    assert_eq!(text(get(&plain).await).await, "HTTP/1.1");

    for (offers, why) in [
        (&[HTTP1][..], "refuses the protocols"),
        (&[&[]], "does not choose HTTP/2"),
    ] {
        let endpoint = choosing(&authority, offers).await;
        let response = get(&proxy(&speaking(&endpoint, &authority, Protocol::Http2))).await;
        assert_eq!(code(&response), "upstream/connect-failed");
        let rejection = response.extensions().get::<Rejection>().unwrap();
        let cause = rejection.cause().unwrap();
        assert!(cause.contains(why), "{why} in {cause}");
    }
}

#[tokio::test]
async fn grpc_passes_through_tls_with_its_trailers() {
    let authority = Authority::new();
    let mut server = authority.server(&authority.issue(&["127.0.0.1"]));
    server.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let endpoint = Endpoint::raw(move |_, stream| {
        let acceptor = acceptor.clone();
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            let handler = |request: Request<hyper::body::Incoming>| async move {
                assert_eq!(request.headers()["te"], "trailers");
                let message = request.into_body().collect().await.unwrap().to_bytes();
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", "0".parse().unwrap());
                let (mut sender, channel) = Channel::<Bytes, std::io::Error>::new(2);
                sender.send(Frame::data(message)).await.unwrap();
                sender.send(Frame::trailers(trailers)).await.unwrap();
                let body = Body::new(channel);
                let mut response = Response::new(body);
                let grpc = "application/grpc".parse().unwrap();
                response.headers_mut().insert("content-type", grpc);
                response
            };
            let service = hyper::service::service_fn(as_service(handler));
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let _ = builder
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
    .await;
    let proxy = proxy(&speaking(&endpoint, &authority, Protocol::Http2));
    let mut request = request("POST", Body::from("message"));
    let grpc = "application/grpc".parse().unwrap();
    request.headers_mut().insert("content-type", grpc);
    let body = send(&proxy, request).await.into_body().collect().await;
    let body = body.unwrap();
    assert_eq!(body.trailers().unwrap()["grpc-status"], "0");
    assert_eq!(body.to_bytes(), "message");
    eventually(|| endpoint.accepted() == 1).await;
}

#[tokio::test]
async fn over_http2_a_missing_certificate_ends_the_connection_and_the_log_says_why() {
    let authority = Authority::new();
    let mut server = authority.strict_server(&authority.issue(&["127.0.0.1"]));
    server.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let endpoint = Endpoint::raw(move |_, stream| {
        let acceptor = acceptor.clone();
        async move { assert!(acceptor.accept(stream).await.is_err()) }
    })
    .await;
    let response = get(&proxy(&speaking(&endpoint, &authority, Protocol::Http2))).await;
    let rejection = response.extensions().get::<Rejection>().unwrap();
    let cause = rejection.cause().unwrap();
    assert_eq!(code(&response), "upstream/reset", "{cause}");
    assert!(cause.contains("CertificateRequired"), "{cause}");
}

//! What concerns one connection alone stays on it, whoever speaks what.

use axum_core::body::Body;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::raw_http2::{Frame, RawHttp2, error_code};
use gateway_testkit::upstream::{RawUpstream, respond};
use http::Request;

use super::asking::ask;
use super::stream;
use crate::passage::{Passage, gateway_before};
use crate::protocol::{PROTOCOLS, Protocol};

/// Every request and response gets fields of ours.
const ADDING: &str = "[layers.add]\ntype = \"headers\"\nrequest = { set = { x-request-id = \"ours\" } }\n\
    response = { set = { x-stack = \"ours\" } }\n\
    [[routes]]\nname = \"all\"\nmatch = { path = { prefix = \"/\" } }\nlayers = [\"add\"]\nupstream = \"main\"\n";

#[tokio::test]
async fn a_client_strips_its_own_fields_and_none_of_ours() {
    for upstream in PROTOCOLS {
        let passage = Passage::with(upstream, respond::text("done"), ADDING).await;
        let fields = [
            (
                "connection",
                "x-forwarded-for, x-forwarded-host, x-forwarded-proto, x-request-id",
            ),
            ("Connection", "X-Own, host, content-length, Upgrade"),
            ("x-own", "1"),
            ("x-kept", "1"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic eDp5"),
            ("te", "gzip"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMAAABk"),
        ];
        let told = ask(
            Protocol::Http1,
            passage.address(),
            "POST",
            "/",
            &fields,
            "hello",
        )
        .await;
        assert_eq!((told.status, told.body.as_str()), (200, "done"));
        let seen = passage.seen();
        for (name, value) in [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-host", "a"),
            ("x-forwarded-proto", "http"),
            ("x-request-id", "ours"),
            ("x-kept", "1"),
        ] {
            let values: Vec<_> = seen.headers.get_all(name).iter().collect();
            assert_eq!(values, [value], "{name} {upstream:?}");
        }
        assert_eq!(
            seen.body, "hello",
            "a length that Connection names is a length still"
        );
        for name in [
            "connection",
            "x-own",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "te",
            "upgrade",
        ] {
            assert!(!seen.headers.contains_key(name), "{name} {upstream:?}");
        }
    }
}

/// RFC 9113 §8.2.2: such a request is malformed.
#[tokio::test]
async fn over_http2_they_are_malformed() {
    for upstream in PROTOCOLS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let mut client = RawHttp2::connect(passage.address()).await.unwrap();
        for (id, field) in (1..).step_by(2).zip([
            ("connection", "x-forwarded-for"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("upgrade", "websocket"),
            ("transfer-encoding", "chunked"),
            ("te", "gzip"),
        ]) {
            let head = Frame::headers(id, stream::block("GET", "/", &[field])).ending();
            client.send([head]).await.unwrap();
            let seen = stream::read(&mut client, id).await;
            assert_eq!(
                seen.reset,
                Some(error_code::PROTOCOL_ERROR),
                "{field:?}: {seen:?}"
            );
        }
        assert!(passage.upstream.requests().is_empty());
    }
}

#[tokio::test]
async fn an_upstream_strips_its_own_fields_and_none_of_ours() {
    const RESPONSE: &str = concat!(
        "HTTP/1.1 200 OK\r\nConnection: X-Secret, X-Stack\r\nConnection: content-length\r\nX-Secret: 1\r\nX-Stack: theirs\r\n",
        "Keep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 5\r\n\r\nhello",
    );
    let script = |mut connection: RawConnection| async move {
        loop {
            connection.read_request().await?;
            connection.send(RESPONSE).await?;
        }
    };
    let upstream = RawUpstream::start(script).await.unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ADDING);
    for protocol in PROTOCOLS {
        let client = protocol.connect(gateway.address("public").unwrap()).await;
        for _ in 0..2 {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let answer = client.send(request).await.unwrap();
            assert_eq!(answer.text(), "hello");
            assert_eq!(
                (answer.header("x-stack"), answer.header("x-kept")),
                (Some("ours"), Some("1"))
            );
            for name in [
                "connection",
                "x-secret",
                "keep-alive",
                "proxy-authenticate",
                "upgrade",
            ] {
                assert_eq!(answer.header(name), None, "{protocol:?} {name}");
            }
        }
    }
}

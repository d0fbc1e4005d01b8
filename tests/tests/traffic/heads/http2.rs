//! Hostile heads over HTTP/2.

use axum_core::body::Body;
use gateway_testkit::raw_http2::{Frame, RawHttp2, error_code, hpack};
use gateway_testkit::upstream::respond;
use http::Request;

use crate::passage::Passage;
use crate::problem::assert_problem;
use crate::protocol::Protocol;

#[tokio::test]
async fn heads_are_refused_over_http2_too() {
    let passage = Passage::to(Protocol::Http1, respond::text("done")).await;
    let client = passage.client(Protocol::Http2).await;
    let long = format!("http://a/{}", "x".repeat(8192));
    for (method, url, field, status, code) in [
        (
            "GET",
            "http://u@a/",
            ("x", "1"),
            400,
            "request/host-invalid",
        ),
        (
            "TRACE",
            "http://a/",
            ("x", "1"),
            501,
            "request/method-unsupported",
        ),
        (
            "get",
            "http://a/",
            ("x", "1"),
            501,
            "request/method-unsupported",
        ),
        (
            "GET",
            "http://a/..",
            ("x", "1"),
            400,
            "request/path-above-root",
        ),
        (
            "GET",
            "http://a/a%2fb",
            ("x", "1"),
            400,
            "request/path-encoded-slash",
        ),
        ("GET", "http://a/%00", ("x", "1"), 400, "request/path-nul"),
        (
            "GET",
            "http://a/",
            ("expect", "x"),
            417,
            "request/expectation-unsupported",
        ),
        (
            "GET",
            long.as_str(),
            ("x", "1"),
            414,
            "request/target-too-long",
        ),
    ] {
        let (name, value) = field;
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header(name, value);
        let answer = client
            .send(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_problem(&answer, status, code);
    }
    assert!(passage.upstream.requests().is_empty());
    // The other requests of the connection are not touched.
    assert_eq!(client.get("http://a/%61//b").await.unwrap().text(), "done");
    assert_eq!(passage.seen().uri, "/a/b");
}

/// What RFC 9113 calls malformed (§8.1.1) has its stream reset, after an answer where the edge has one.
#[tokio::test]
async fn malformed_requests_are_reset() {
    let passage = Passage::to(Protocol::Http1, respond::text("done")).await;
    let address = passage.address();
    let mut client = RawHttp2::connect(address).await.unwrap();
    let get = hpack::request("GET", "/");
    let connect = hpack::literal(":method", "CONNECT");
    for (stream, block) in (1..).step_by(2).zip([
        [&get[..], &hpack::literal("host", "b")].concat(),
        [&get[..], &hpack::literal("x", " 1")].concat(),
        [&get[..], &hpack::literal("x", "1\t")].concat(),
        connect,
    ]) {
        let head = Frame::headers(stream, block).ending();
        client.send([head]).await.unwrap();
        let frames = client.read_stream(stream).await.unwrap();
        let last = frames.last().unwrap();
        assert_eq!(last.code(), Some(error_code::PROTOCOL_ERROR));
        let status = frames[0].status();
        assert_eq!(status, (stream == 1).then_some(400), "stream {stream}");
        assert!(
            frames
                .iter()
                .all(|frame| !frame.ends_stream() || frame == last)
        );
    }
    assert!(passage.upstream.requests().is_empty());
    client
        .send([Frame::headers(99, get).ending()])
        .await
        .unwrap();
    let frames = client.read_stream(99).await.unwrap();
    assert_eq!(frames[0].status(), Some(200));
}

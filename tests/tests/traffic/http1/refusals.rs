//! Requests that are none are refused in the form of every refusal.

use std::time::Duration;

use axum_core::body::Body;
use gateway_testkit::raw::RawMessage;
use gateway_testkit::upstream::respond;
use http::{Request, Response};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::PATIENCE;
use crate::passage::{ALL, Passage};
use crate::protocol::Protocol;

/// Checks that `response` is a problem document with this status and code, after which the connection closes.
#[track_caller]
fn assert_refused(response: &RawMessage, status: u16, code: &str) {
    let text = response.text();
    assert_eq!(response.status().unwrap(), status, "{text}");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], code, "{text}");
    assert_eq!(
        response.head.field("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(response.head.field("connection"), Some("close"));
    assert!(response.head.field("date").is_some());
}

#[tokio::test]
async fn malformed_heads_get_a_problem_and_the_connection_closes() {
    let passage = Passage::to(Protocol::Http1, respond::text("done")).await;
    let fields = "X: 1\r\n".repeat(101);
    for (head, status, code) in [
        ("GET /\r\n\r\n", 400, "request/malformed"),
        ("\x16\x03\x01\x02\x00", 400, "request/malformed"),
        (
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            400,
            "request/malformed",
        ),
        ("GET / HTTP/1.1\nHost: a\n\n", 400, "request/malformed"),
        (
            "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
            505,
            "request/version-unsupported",
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "request/framing-conflict",
        ),
        (
            &format!("GET /{} HTTP/1.1\r\n", "x".repeat(70_000)),
            414,
            "request/target-too-long",
        ),
        (
            &format!("GET / HTTP/1.1\r\nX: {}\r\n", "x".repeat(70_000)),
            431,
            "request/head-too-large",
        ),
        (
            &format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n"),
            431,
            "request/too-many-fields",
        ),
    ] {
        let mut client = passage.raw().await;
        // What is still on its way must not destroy the answer.
        client.send(head).await.unwrap();
        let _ = client.send("x".repeat(100_000)).await;
        let response = client.read_response().await.unwrap();
        assert_refused(&response, status, code);
        assert!(client.closes_within(PATIENCE).await, "{code}");
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn a_head_that_does_not_end_is_told_so() {
    let rest = format!("[listeners.public.http]\nheader-timeout = \"200ms\"\n{ALL}");
    let passage = Passage::with(Protocol::Http1, respond::text("done"), &rest).await;
    let mut client = passage.raw().await;
    client.send("GET / HTTP/1.1\r\nHost").await.unwrap();
    let response = client.read_response().await.unwrap();
    assert_refused(&response, 408, "request/head-timeout");
    assert!(client.closes_within(PATIENCE).await);
}

#[tokio::test]
async fn a_body_that_hardly_comes_is_not_waited_for() {
    let rest = format!(
        "[listeners.public.http]\nbody = {{ grace = \"200ms\", rate = \"1KiB/s\" }}\n{ALL}"
    );
    let patient = |request: Request<Body>| async {
        let body = request.into_body().collect().await;
        body.map_or_else(|_| Response::default(), |_| Response::new("done".into()))
    };
    let passage = Passage::with(Protocol::Http1, patient, &rest).await;
    let mut client = passage.raw().await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    client.send(head).await.unwrap();
    client.drip("xxx", Duration::from_millis(20)).await.unwrap();
    let response = client.read_response().await.unwrap();
    assert_refused(&response, 408, "request/body-too-slow");
    assert!(client.closes_within(PATIENCE).await);
}

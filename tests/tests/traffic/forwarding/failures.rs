//! An upstream that does not answer, or answers nonsense.

use std::time::{Duration, Instant};

use gateway_testkit::upstream::{Misbehaviour, RawUpstream, respond};
use gateway_testkit::{HttpClient, InProcessGateway, free_address};

use crate::PATIENCE;
use crate::passage::{ALL, Passage, gateway_before};
use crate::problem::assert_problem;
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

async fn client(gateway: &InProcessGateway, protocol: Protocol) -> HttpClient {
    protocol.connect(gateway.address("public").unwrap()).await
}

#[tokio::test]
async fn an_upstream_that_is_not_there() {
    for (protocol, upstream) in WAYS {
        let gateway = gateway_before(free_address().unwrap(), upstream, ALL);
        let client = client(&gateway, protocol).await;
        for _ in 0..2 {
            assert_problem(
                &client.get("/").await.unwrap(),
                502,
                "upstream/connect-failed",
            );
        }
    }
}

#[tokio::test]
async fn an_upstream_that_takes_too_long() {
    let rest = format!("{ALL}timeout = {{ request = \"200ms\" }}\n");
    for (client, upstream) in WAYS {
        let slow = respond::delayed(Duration::from_secs(60), respond::text("late"));
        let passage = Passage::with(upstream, slow, &rest).await;
        let start = Instant::now();
        let answer = passage.client(client).await.get("/").await.unwrap();
        assert_problem(&answer, 504, "upstream/timeout");
        let elapsed = start.elapsed();
        assert!(
            elapsed >= Duration::from_millis(200) && elapsed < PATIENCE,
            "{elapsed:?}"
        );
    }
}

#[tokio::test]
async fn an_upstream_that_answers_nonsense() {
    for (misbehaviour, code) in [
        (Misbehaviour::CloseWithoutResponse, "upstream/reset"),
        (Misbehaviour::Reset, "upstream/reset"),
        (Misbehaviour::CloseMidHead, "upstream/reset"),
        (Misbehaviour::MalformedHead, "upstream/malformed-response"),
        (
            Misbehaviour::DuplicateContentLength,
            "upstream/malformed-response",
        ),
        (
            Misbehaviour::ConflictingContentLength,
            "upstream/malformed-response",
        ),
        (
            Misbehaviour::ContentLengthAndChunked,
            "upstream/malformed-response",
        ),
    ] {
        let upstream = RawUpstream::misbehaving(misbehaviour).await.unwrap();
        let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
        for protocol in PROTOCOLS {
            let answer = client(&gateway, protocol).await.get("/").await.unwrap();
            assert_problem(&answer, 502, code);
            assert!(!answer.text().contains("127.0.0.1"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn bytes_after_a_response_never_answer_another_request() {
    let upstream = RawUpstream::misbehaving(Misbehaviour::ExtraBytes)
        .await
        .unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    let client = client(&gateway, Protocol::Http1).await;
    for _ in 0..5 {
        assert_eq!(client.get("/").await.unwrap().text(), "hello");
    }
    assert_eq!(upstream.connections(), 5);
}

#[tokio::test]
async fn an_upstream_that_closes_after_each_response_costs_no_request() {
    let upstream = RawUpstream::misbehaving(Misbehaviour::CloseAfterResponse)
        .await
        .unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    let client = client(&gateway, Protocol::Http1).await;
    for _ in 0..100 {
        let post = http::Request::post("/").body("hi".into()).unwrap();
        assert_eq!(client.send(post).await.unwrap().text(), "hello");
    }
}

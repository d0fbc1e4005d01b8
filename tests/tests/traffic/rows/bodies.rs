//! Bodies that are not what their head says are the client's fault, and no upstream is blamed for them.

use std::time::Duration;

use gateway_testkit::raw::RawConnection;
use gateway_testkit::raw_http2::{Frame, RawHttp2, error_code, hpack};
use gateway_testkit::upstream::{BodyProgress, respond};
use gateway_testkit::wait_until;

use super::asking::get;
use super::counted::{ADMIN, becomes, event, value};
use super::stream;
use crate::PATIENCE;
use crate::passage::{ALL, Passage};
use crate::protocol::{PROTOCOLS, Protocol};

/// What an upstream is blamed for.
const BLAME: [&str; 5] = [
    "responses-reset",
    "responses-malformed",
    "responses-cut-short",
    "request-timeout",
    "requests-retried",
];

async fn passage(upstream: Protocol) -> Passage {
    Passage::with(upstream, respond::text("done"), &format!("{ADMIN}{ALL}")).await
}

/// Checks that no upstream saw a whole body, or is to blame, and that it serves the next request.
async fn assert_unharmed(passage: &Passage) {
    let failed = async || {
        let mut seen = passage.upstream.requests().into_iter();
        seen.all(|seen| seen.progress == BodyProgress::Failed)
    };
    wait_until(PATIENCE, failed).await.unwrap();
    for blame in BLAME {
        assert_eq!(value(&passage.gateway, &event(blame)).await, 0, "{blame}");
    }
    assert_eq!(get(Protocol::Http1, passage.address()).await.body, "done");
}

#[tokio::test]
async fn a_malformed_chunk_is_400_and_never_the_upstreams_fault() {
    for upstream in PROTOCOLS {
        let passage = passage(upstream).await;
        let mut bodies = 0;
        for rest in [
            "x\r\nhello\r\n",
            "5\r\nhelloXX0\r\n\r\n",
            "-1\r\n",
            "5\nhello\r\n",
            "ffffffffffffffffff\r\n",
        ] {
            let mut client = passage.raw().await;
            let head =
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n";
            client.send([head, rest].concat()).await.unwrap();
            let response = client.read_response().await.unwrap();
            assert_eq!(response.status().unwrap(), 400, "{rest:?}");
            assert!(response.text().contains("request/body-malformed"));
            assert_eq!(response.head.field("connection"), Some("close"));
            assert!(client.closes_within(PATIENCE).await);
            bodies += 1;
        }
        becomes(&passage.gateway, &event("request-body-failed"), bodies).await;
        assert_unharmed(&passage).await;
    }
}

#[tokio::test]
async fn a_body_over_http2_is_as_long_as_its_head_says() {
    for upstream in PROTOCOLS {
        let passage = passage(upstream).await;
        for (length, parts) in [
            ("5", &["hi"][..]),
            ("2", &["hello"]),
            ("0", &["x"]),
            ("5", &["hel", "lo, you"]),
        ] {
            let mut client = RawHttp2::connect(passage.address()).await.unwrap();
            let block = stream::block("POST", "/", &[("content-length", length)]);
            let mut frames = vec![Frame::headers(1, block)];
            frames.extend(parts.iter().map(|part| Frame::data(1, *part)));
            frames.push(Frame::data(1, "").ending());
            client.send(frames).await.unwrap();
            let seen = stream::read(&mut client, 1).await;
            let is_refused =
                seen.reset == Some(error_code::PROTOCOL_ERROR) || seen.statuses == [400];
            assert!(is_refused, "{length} {parts:?}: {seen:?}");
            client
                .send([Frame::headers(3, hpack::request("GET", "/fine")).ending()])
                .await
                .unwrap();
            assert_eq!(stream::read(&mut client, 3).await.body, b"done");
        }
        let whole = passage.upstream.requests().into_iter();
        let whole: Vec<_> = whole
            .filter(|seen| seen.uri.path() == "/" && seen.progress == BodyProgress::Complete)
            .collect();
        assert!(whole.is_empty(), "{upstream:?}: {whole:?}");
        for blame in BLAME {
            assert_eq!(value(&passage.gateway, &event(blame)).await, 0, "{blame}");
        }
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_over_http2_breaks_off_at_the_upstream() {
    for upstream in PROTOCOLS {
        let passage = passage(upstream).await;
        let mut client = RawHttp2::connect(passage.address()).await.unwrap();
        let head = Frame::headers(1, hpack::request("POST", "/"));
        client.send([head, Frame::data(1, "half")]).await.unwrap();
        passage
            .upstream
            .wait_for_requests(1, PATIENCE)
            .await
            .unwrap();
        client
            .send([Frame::reset(1, error_code::CANCEL)])
            .await
            .unwrap();
        let failed = async || passage.seen().progress == BodyProgress::Failed;
        wait_until(PATIENCE, failed).await.unwrap();
        assert_unharmed(&passage).await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_is_counted_and_its_request_cancelled() {
    let slow = || respond::delayed(Duration::from_secs(60), respond::text("late"));
    for upstream in PROTOCOLS {
        let passage = Passage::with(upstream, slow(), &format!("{ADMIN}{ALL}")).await;
        let mut http1 = RawConnection::connect(passage.address()).await.unwrap();
        http1
            .send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let mut http2 = RawHttp2::connect(passage.address()).await.unwrap();
        http2
            .send([Frame::headers(1, hpack::request("GET", "/")).ending()])
            .await
            .unwrap();
        passage
            .upstream
            .wait_for_requests(2, PATIENCE)
            .await
            .unwrap();
        assert_eq!(
            value(&passage.gateway, &event("requests-cancelled")).await,
            0
        );
        http1.reset().unwrap();
        becomes(&passage.gateway, &event("requests-cancelled"), 1).await;
        http2
            .send([Frame::reset(1, error_code::CANCEL)])
            .await
            .unwrap();
        becomes(&passage.gateway, &event("requests-cancelled"), 2).await;
    }
}

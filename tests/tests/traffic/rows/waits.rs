//! Each deadline of a client ends what it is for, and is counted under its own name.

use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use gateway_testkit::body::BodyScript;
use gateway_testkit::raw_http2::{Frame, RawHttp2, hpack, kind, setting};
use gateway_testkit::upstream::{BodyProgress, Respond, Upstream, respond};
use gateway_testkit::{InProcessGateway, wait_until};
use http::{Request, Response};
use http_body_util::BodyExt;

use super::counted::{ADMIN, becomes, ended, value};
use super::stream;
use crate::PATIENCE;
use crate::passage::{ALL, LISTENER, Passage, upstream_section};
use crate::protocol::Protocol;

/// All reasons but `crowded`, which is no wait.
const REASONS: [&str; 9] = [
    "first-byte",
    "head",
    "body",
    "write",
    "idle",
    "ping",
    "age",
    "requests",
    "protocol",
];
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A gateway with these keys of its listener.
async fn limited(keys: &str, respond: impl Respond) -> Passage {
    let rest = format!("{keys}\n{ADMIN}{ALL}");
    let upstream = Upstream::start(respond).await.unwrap();
    let main = upstream_section("main", upstream.address(), Protocol::Http1);
    let gateway = InProcessGateway::start(&format!("{main}{LISTENER}{rest}")).unwrap();
    Passage { upstream, gateway }
}

/// Checks that connections were ended so often for `reason`, and for no other.
async fn assert_ended(passage: &Passage, reason: &str, times: u64) {
    becomes(&passage.gateway, &ended(reason), times).await;
    for other in REASONS.into_iter().filter(|other| *other != reason) {
        assert_eq!(
            value(&passage.gateway, &ended(other)).await,
            0,
            "{other}, not {reason}"
        );
    }
}

/// Reads to the end of the connection.
async fn end(client: &mut RawHttp2) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some(frame) = client.read_frame().await.unwrap() {
        frames.push(frame);
    }
    frames
}

fn get(stream: u32) -> Frame {
    Frame::headers(stream, hpack::request("GET", "/")).ending()
}

#[tokio::test]
async fn the_first_byte() {
    let passage = limited(
        "http = { first-byte-timeout = \"100ms\" }",
        respond::text("done"),
    )
    .await;
    let mut client = passage.raw().await;
    assert!(client.closes_within(PATIENCE).await);
    assert!(client.received().is_empty());
    assert_ended(&passage, "first-byte", 1).await;
}

#[tokio::test]
async fn a_whole_head() {
    let passage = limited(
        "http = { header-timeout = \"200ms\" }",
        respond::text("done"),
    )
    .await;
    let mut client = passage.raw().await;
    client.send("GET / HTTP/1.1\r\nHos").await.unwrap();
    assert_eq!(client.read_response().await.unwrap().status().unwrap(), 408);
    assert!(client.closes_within(PATIENCE).await);
    assert_ended(&passage, "head", 1).await;

    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    client.send([get(1).unfinished()]).await.unwrap();
    end(&mut client).await;
    assert_ended(&passage, "head", 2).await;
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn the_pace_of_a_body() {
    let patient = |request: Request<Body>| async {
        let body = request.into_body().collect().await;
        body.map_or_else(|_| Response::default(), |_| Response::new("done".into()))
    };
    let pace = "http = { body = { grace = \"200ms\", rate = \"1KiB/s\" } }";
    let passage = limited(pace, patient).await;
    let mut client = passage.raw().await;
    client
        .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nxxx")
        .await
        .unwrap();
    assert_eq!(client.read_response().await.unwrap().status().unwrap(), 408);
    assert!(client.closes_within(PATIENCE).await);
    assert_ended(&passage, "body", 1).await;

    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    let head = Frame::headers(1, hpack::request("POST", "/"));
    client.send([head, Frame::data(1, "xxx")]).await.unwrap();
    let seen = stream::read(&mut client, 1).await;
    assert_eq!(seen.statuses, [408], "{seen:?}");
    assert_ended(&passage, "body", 2).await;
    let failed = async || {
        let mut seen = passage.upstream.requests().into_iter();
        seen.all(|seen| seen.progress == BodyProgress::Failed)
    };
    wait_until(PATIENCE, failed).await.unwrap();
}

#[tokio::test]
async fn progress_of_a_response() {
    let large = || BodyScript::new().repeat(Bytes::from(vec![b'x'; 1 << 20]), 64);
    let passage = limited(
        "http = { write-timeout = \"300ms\" }",
        respond::stream(large),
    )
    .await;
    let mut client = passage.raw().await;
    client.send(GET).await.unwrap();
    assert_ended(&passage, "write", 1).await;
    assert!(
        client.read_response().await.is_err(),
        "what was cut is no whole response"
    );

    let window = [(setting::INITIAL_WINDOW_SIZE, 10)];
    let mut client = RawHttp2::connect_with(passage.address(), &window)
        .await
        .unwrap();
    client.send([get(1)]).await.unwrap();
    let seen = stream::read(&mut client, 1).await;
    assert!(!seen.is_whole && seen.body.len() == 10, "{:?}", seen.reset);
    assert_ended(&passage, "write", 2).await;
}

#[tokio::test]
async fn idle_connections() {
    let passage = limited("http = { idle-timeout = \"200ms\" }", respond::text("done")).await;
    let mut client = passage.raw().await;
    client.send(GET).await.unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "done");
    assert!(client.read_to_end().await.unwrap().is_empty());
    assert_ended(&passage, "idle", 1).await;

    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    client.send([get(1)]).await.unwrap();
    assert_eq!(stream::read(&mut client, 1).await.body, b"done");
    let goodbye = end(&mut client).await;
    assert!(
        goodbye.iter().any(|frame| frame.kind == kind::GOAWAY),
        "{goodbye:?}"
    );
    assert_ended(&passage, "idle", 2).await;
}

#[tokio::test]
async fn a_client_of_http2_that_answers_no_ping() {
    let keys = "http2 = { ping-interval = \"100ms\", ping-timeout = \"200ms\" }";
    let never = respond::delayed(Duration::from_secs(60), respond::text("late"));
    let passage = limited(keys, never).await;
    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    client.send([get(1)]).await.unwrap();
    let frames = end(&mut client).await;
    assert!(
        frames
            .iter()
            .any(|frame| frame.kind == kind::PING && frame.flags == 0)
    );
    assert_ended(&passage, "ping", 1).await;
}

#[tokio::test]
async fn the_age_of_a_connection() {
    let passage = limited("http = { max-age = \"300ms\" }", respond::text("done")).await;
    let mut client = passage.raw().await;
    client.send(GET).await.unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "done");
    tokio::time::sleep(Duration::from_millis(400)).await;
    client.send(GET).await.unwrap();
    let last = client.read_response().await.unwrap();
    assert_eq!(last.head.field("connection"), Some("close"));
    assert!(client.closes_within(PATIENCE).await);
    assert_ended(&passage, "age", 1).await;

    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    client.send([get(1)]).await.unwrap();
    assert_eq!(stream::read(&mut client, 1).await.body, b"done");
    let goodbye = end(&mut client).await;
    assert!(
        goodbye.iter().any(|frame| frame.kind == kind::GOAWAY),
        "{goodbye:?}"
    );
    assert_ended(&passage, "age", 2).await;
}

#[tokio::test]
async fn so_many_requests() {
    let passage = limited("http = { max-requests = 2 }", respond::text("done")).await;
    let mut client = passage.raw().await;
    client.send(GET.repeat(3)).await.unwrap();
    for closing in [None, Some("close")] {
        let response = client.read_response().await.unwrap();
        assert_eq!(
            (response.text(), response.head.field("connection")),
            ("done".to_owned(), closing)
        );
    }
    assert!(client.closes_within(PATIENCE).await);
    assert_ended(&passage, "requests", 1).await;

    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    client.send([get(1), get(3)]).await.unwrap();
    let frames = end(&mut client).await;
    assert_eq!(
        frames
            .iter()
            .filter(|frame| frame.status() == Some(200))
            .count(),
        2
    );
    assert!(
        frames
            .iter()
            .any(|frame| frame.kind == kind::GOAWAY && frame.code() == Some(0))
    );
    assert_ended(&passage, "requests", 2).await;
    assert_eq!(passage.upstream.requests().len(), 4);
}

#[tokio::test]
async fn what_is_no_protocol() {
    let passage = limited("", respond::text("done")).await;
    let mut client = passage.raw().await;
    client.send("\x16\x03\x01\x02\0").await.unwrap();
    assert_eq!(client.read_response().await.unwrap().status().unwrap(), 400);
    assert!(client.closes_within(PATIENCE).await);
    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    client.send([Frame::data(0, "on no stream")]).await.unwrap();
    end(&mut client).await;
    assert_ended(&passage, "protocol", 2).await;
}

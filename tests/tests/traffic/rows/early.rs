//! Answers that do not wait for the body of their request.

use bytes::Bytes;
use gateway_testkit::raw_http2::{Frame, RawHttp2, error_code, hpack};
use gateway_testkit::upstream::respond;
use http::Response;

use super::stream;
use crate::PATIENCE;
use crate::passage::{ALL, Passage};
use crate::protocol::{PROTOCOLS, Protocol};

/// Routes that answer 401, 413 and 429 by themselves, and one that goes on.
const ROUTES: &str = r#"
[consumers.acme]
keys = [{ hash = "sha256:d8c64aa8a4a7325514856089793b9f66997478647722494366b9a29969479b84" }]

[layers.key]
type = "api-key"

[layers.once]
type = "rate-limit"
rate = "1/h"
key = "address"

[[routes]]
name = "key"
match = { path = "/401" }
layers = ["key"]
upstream = "main"

[[routes]]
name = "large"
match = { path = "/413" }
respond = { status = 413 }

[[routes]]
name = "limited"
match = { path = "/429" }
layers = ["once"]
respond = { status = 200 }

[[routes]]
name = "next"
match = { path = "/next" }
upstream = "main"
"#;
const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
/// How much of a body that nobody reads is skipped.
const SKIPPED: usize = 64 << 10;

async fn passage() -> Passage {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), ROUTES).await;
    let first = passage.client(Protocol::Http1).await.get("/429").await;
    assert_eq!(first.unwrap().status, 200);
    passage
}

fn post(status: u16, length: usize, rest: &str) -> String {
    format!("POST /{status} HTTP/1.1\r\nHost: a\r\n{rest}Content-Length: {length}\r\n\r\n")
}

#[tokio::test]
async fn up_to_64_kib_of_an_unread_body_are_skipped_and_no_byte_is_a_request() {
    let passage = passage().await;
    for status in [401, 413, 429] {
        let mut client = passage.raw().await;
        let body = NEXT.repeat(SKIPPED / NEXT.len() + 1);
        for length in [NEXT.len(), SKIPPED] {
            client
                .send(post(status, length, "") + &body[..length])
                .await
                .unwrap();
            let response = client.read_response().await.unwrap();
            assert_eq!(response.status().unwrap(), status);
            assert_eq!(response.head.field("connection"), None, "{status} {length}");
        }
        client.send(NEXT).await.unwrap();
        assert_eq!(client.read_response().await.unwrap().text(), "done");
    }
    assert_eq!(passage.upstream.requests().len(), 3);
}

#[tokio::test]
async fn beyond_that_the_connection_closes_and_the_answer_arrives_whole() {
    let passage = passage().await;
    for status in [401, 413, 429] {
        for length in [SKIPPED + 1, 4 << 20] {
            let mut client = passage.raw().await;
            client.send(post(status, length, "")).await.unwrap();
            // Sent before the answer is read, as most clients do; some of it is on its way when we close.
            let _ = client
                .send(&NEXT.repeat(length / NEXT.len() + 1)[..length])
                .await;
            let _ = client.send(NEXT).await;
            let response = client.read_response().await.unwrap();
            assert_eq!(response.status().unwrap(), status, "{length}");
            assert_eq!(
                response.head.field("connection"),
                Some("close"),
                "{status} {length}"
            );
            assert!(client.closes_within(PATIENCE).await);
        }
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn one_who_waits_to_continue_and_is_refused_is_not_confused() {
    let passage = passage().await;
    for status in [401, 413, 429] {
        let mut client = passage.raw().await;
        let head = post(status, NEXT.len(), "Expect: 100-continue\r\n");
        client.send(head).await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(response.status().unwrap(), status);
        // A client may send its body now, or the next request: who cannot tell them apart closes.
        assert_eq!(response.head.field("connection"), Some("close"));
        let _ = client.send(NEXT).await;
        assert!(client.closes_within(PATIENCE).await);
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn over_http2_the_stream_ends_and_the_connection_goes_on() {
    let passage = passage().await;
    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    for (id, status) in [(1, 401), (3, 413), (5, 429)] {
        let head = Frame::headers(id, hpack::request("POST", &format!("/{status}")));
        client.send([head, Frame::data(id, NEXT)]).await.unwrap();
        let frames = client
            .read_until(|f| f.stream == id && f.ends_stream())
            .await
            .unwrap();
        let statuses: Vec<_> = frames.iter().filter_map(Frame::status).collect();
        assert_eq!(statuses, [status]);
        // The client is asked to stop, without an error (RFC 9113 §8.1), and what it still sends is nothing.
        let reset = client
            .read_until(|f| f.stream == id && f.code().is_some())
            .await
            .unwrap();
        assert_eq!(reset.last().unwrap().code(), Some(error_code::NO_ERROR));
        client.send([Frame::data(id, NEXT).ending()]).await.unwrap();
    }
    client
        .send([Frame::headers(7, hpack::request("GET", "/next")).ending()])
        .await
        .unwrap();
    assert_eq!(stream::read(&mut client, 7).await.body, b"done");
    assert_eq!(passage.upstream.requests().len(), 1);
}

#[tokio::test]
async fn an_upstreams_early_answer_comes_back_whole() {
    for upstream in PROTOCOLS {
        let mut refusal = Response::new(Bytes::from("no"));
        *refusal.status_mut() = http::StatusCode::PAYLOAD_TOO_LARGE;
        let passage = Passage::with(upstream, respond::early(refusal), ALL).await;
        let mut client = passage.raw().await;
        client.send(post(413, 4 << 20, "")).await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(
            (response.status().unwrap().as_u16(), response.text()),
            (413, "no".to_owned())
        );

        let mut client = RawHttp2::connect(passage.address()).await.unwrap();
        client
            .send([
                Frame::headers(1, hpack::request("POST", "/")),
                Frame::data(1, "x"),
            ])
            .await
            .unwrap();
        let seen = stream::read(&mut client, 1).await;
        assert_eq!((seen.statuses, seen.body), (vec![413], b"no".to_vec()));
    }
}

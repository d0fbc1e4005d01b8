//! `Expect: 100-continue`, and answers before the body.

use std::time::Duration;

use gateway_testkit::upstream::respond;
use http::StatusCode;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::Protocol;

const EXPECTING: &str =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn the_client_is_told_to_continue() {
    for upstream in [Protocol::Http1, Protocol::Http2] {
        let passage = Passage::to(upstream, respond::echo()).await;
        let mut client = passage.raw().await;
        client.send(EXPECTING).await.unwrap();
        assert_eq!(
            client.read_response().await.unwrap().status(),
            Some(StatusCode::CONTINUE)
        );
        client.send("hello").await.unwrap();
        assert_eq!(client.read_response().await.unwrap().text(), "hello");
        assert_eq!(passage.seen().body, "hello");
        assert!(!passage.seen().headers.contains_key("expect"));
    }
}

#[tokio::test]
async fn the_client_is_told_once_of_a_body_that_is_sent_twice() {
    for upstream in [Protocol::Http1, Protocol::Http2] {
        let busy = respond::status(StatusCode::SERVICE_UNAVAILABLE);
        let busy_at_first = respond::in_turn(vec![Box::new(busy), Box::new(respond::echo())]);
        let passage = Passage::to(upstream, busy_at_first).await;
        let mut client = passage.raw().await;
        let expecting = EXPECTING.replace("POST", "PUT");
        client.send(expecting).await.unwrap();
        assert_eq!(
            client.read_response().await.unwrap().status(),
            Some(StatusCode::CONTINUE)
        );
        client.send("hello").await.unwrap();
        let answer = client.read_response().await.unwrap();
        assert_eq!(answer.status(), Some(StatusCode::OK));
        assert_eq!(answer.text(), "hello");
        assert_eq!(passage.upstream.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_refusal_before_the_body_leaves_no_body_to_be_taken_for_a_request() {
    let rest = "[[routes]]\nname = \"next\"\nmatch = { path = \"/next\" }\nupstream = \"main\"\n";
    let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
    let mut client = passage.raw().await;
    client.send(EXPECTING).await.unwrap();
    assert_eq!(
        client.read_response().await.unwrap().status(),
        Some(StatusCode::NOT_FOUND)
    );
    // A client that was refused sends no body: the connection is closed, or takes the next request.
    let sent = client.send(NEXT).await;
    client.set_deadline(PATIENCE);
    match client.read_response().await {
        Ok(next) => {
            sent.unwrap();
            assert_eq!(next.text(), "done");
        }
        Err(error) => assert_ne!(error.kind(), std::io::ErrorKind::TimedOut),
    }
}

#[tokio::test]
async fn an_unread_body_is_never_taken_for_a_request() {
    let rest = "[[routes]]\nname = \"next\"\nmatch = { path = \"/next\" }\nupstream = \"main\"\n";
    for filler in [0, 1 << 20] {
        let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
        let mut client = passage.raw().await;
        let body = format!("{}{NEXT}", "x".repeat(filler));
        let length = body.len();
        client
            .send(format!(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"
            ))
            .await
            .unwrap();
        assert_eq!(
            client.read_response().await.unwrap().status(),
            Some(StatusCode::NOT_FOUND)
        );
        let _ = client.send(&body).await;
        let _ = client.send(NEXT).await;
        client.set_deadline(Duration::from_secs(2));
        let next = client.read_response().await;
        let after = client.read_response().await;
        // Either the body was thrown away and the one request after it answered, or the connection is closed.
        assert!(next.is_err() || next.unwrap().text() == "done");
        assert!(after.is_err(), "{after:?}");
        assert!(passage.upstream.requests().len() <= 1);
    }
}

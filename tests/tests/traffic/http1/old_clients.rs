//! HTTP/1.0.

use std::io::ErrorKind;
use std::time::Duration;

use gateway_testkit::body::BodyScript;
use gateway_testkit::upstream::respond;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::Protocol;

const KEPT: &str = "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n";

#[tokio::test]
async fn a_connection_is_kept_where_the_client_asks_and_the_length_is_known() {
    let passage = Passage::to(Protocol::Http1, respond::text("done")).await;
    let mut client = passage.raw().await;
    for _ in 0..2 {
        client.send(KEPT).await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(response.text(), "done");
        assert_eq!(response.head.field("connection"), Some("keep-alive"));
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_ends_with_the_connection() {
    let streamed = || {
        BodyScript::new()
            .data("to ")
            .pause(Duration::from_millis(20))
            .data("the end")
    };
    for upstream in [Protocol::Http1, Protocol::Http2] {
        let passage = Passage::to(upstream, respond::stream(streamed)).await;
        let mut client = passage.raw().await;
        client.send(KEPT).await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(response.text(), "to the end");
        assert_eq!(response.head.field("transfer-encoding"), None);
        assert_eq!(response.head.field("connection"), Some("close"));
        assert!(client.closes_within(PATIENCE).await);
    }
}

#[tokio::test]
async fn one_that_breaks_off_ends_with_a_reset() {
    let failing = || {
        BodyScript::new()
            .data("part")
            .pause(Duration::from_millis(50))
            .fail()
    };
    let passage = Passage::to(Protocol::Http1, respond::stream(failing)).await;
    let mut client = passage.raw().await;
    client.send(KEPT).await.unwrap();
    let cut = client.read_response().await.unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::ConnectionReset);
}

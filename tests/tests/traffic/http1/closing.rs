//! Clients that close their half, and connections that get one request after the other.

use std::time::Duration;

use gateway_testkit::upstream::respond;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::Protocol;

#[tokio::test]
async fn a_half_closed_client_gets_its_answers() {
    let slow = respond::delayed(Duration::from_millis(200), respond::text("done"));
    let passage = Passage::to(Protocol::Http1, slow).await;
    let mut client = passage.raw().await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(request.repeat(2)).await.unwrap();
    client.close_sending().await.unwrap();
    for _ in 0..2 {
        assert_eq!(client.read_response().await.unwrap().text(), "done");
    }
    assert!(client.closes_within(PATIENCE).await);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let passage = Passage::to(Protocol::Http1, respond::echo()).await;
    let mut client = passage.raw().await;
    let mut requests = String::new();
    for i in 0..100 {
        let body = format!("number {i}");
        let length = body.len();
        requests += &match i % 2 {
            0 => format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}"),
            _ => format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
            ),
        };
    }
    client.send(requests).await.unwrap();
    for i in 0..100 {
        let response = client.read_response().await.unwrap();
        assert_eq!(response.text(), format!("number {i}"));
    }
}

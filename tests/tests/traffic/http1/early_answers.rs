//! Answers that do not wait for the request's body.

use gateway_testkit::upstream::respond;

use crate::PATIENCE;
use crate::passage::Passage;
use crate::protocol::Protocol;

const REFUSED: &str = "[[routes]]\nname = \"refused\"\nmatch = { path = \"/refused\" }\nrespond = { status = 403 }\n\
    [[routes]]\nname = \"next\"\nmatch = { path = \"/next\" }\nupstream = \"main\"\n";
const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

async fn passage() -> Passage {
    Passage::with(Protocol::Http1, respond::text("done"), REFUSED).await
}

fn refused(length: usize) -> String {
    format!("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n")
}

#[tokio::test]
async fn a_small_unread_body_is_skipped_and_the_connection_used_again() {
    let passage = passage().await;
    let mut client = passage.raw().await;
    // The body looks like a request, and is none.
    for body in [NEXT.to_owned(), "x".repeat(50_000)] {
        client.send(refused(body.len())).await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(response.status().unwrap(), 403);
        assert_eq!(response.head.field("connection"), None);
        client.send(body).await.unwrap();
    }
    client.send(NEXT).await.unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "done");
    assert_eq!(passage.upstream.requests().len(), 1);
}

#[tokio::test]
async fn a_large_unread_body_closes_the_connection_and_the_answer_arrives() {
    let passage = passage().await;
    let mut client = passage.raw().await;
    client.send(refused(10 << 20)).await.unwrap();
    // Sent before the answer is read, as most clients do.
    let _ = client.send("x".repeat(512 << 10)).await;
    let response = client.read_response().await.unwrap();
    assert_eq!(response.status().unwrap(), 403);
    assert_eq!(response.head.field("connection"), Some("close"));
    assert!(client.closes_within(PATIENCE).await);
    assert!(passage.upstream.requests().is_empty());
}

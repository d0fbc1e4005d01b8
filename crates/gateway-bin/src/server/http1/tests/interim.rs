//! `103` answers.

use std::time::Duration;

use gateway_core::contract::{Request, Response};
use gateway_core::facts::Interim;
use http::HeaderMap;

use super::client::{Client, status, without_dates};

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

fn hint(link: &'static str) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert("link", link.parse().unwrap());
    fields.insert("connection", "x".parse().unwrap());
    fields
}

async fn hinting(request: Request) -> Response {
    let interim = request.extensions().get::<Interim>().cloned();
    if let Some(interim) = &interim {
        interim.early_hints(hint("1"));
        let elsewhere = interim.clone();
        tokio::spawn(async move { elsewhere.early_hints(hint("2")) })
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        interim.early_hints(hint("3"));
        let late = interim.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            late.early_hints(hint("late"));
        });
    }
    status(if interim.is_some() { 200 } else { 501 })
}

#[tokio::test(start_paused = true)]
async fn hints_come_before_the_answer_and_in_order() {
    let mut client = Client::of(hinting);
    let early =
        "HTTP/1.1 103 Early Hints\r\nlink: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: 2\r\n\r\n";
    assert_eq!(client.ask(GET).await, early);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        without_dates(&client.read().await),
        "HTTP/1.1 103 Early Hints\r\nlink: 3\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    );
    // What is late is not taken for a hint of the next request.
    client.send(GET).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!client.read().await.contains("late"));
}

#[tokio::test(start_paused = true)]
async fn http_1_0_knows_no_hints() {
    let mut client = Client::of(hinting);
    let answer = client.ask("GET / HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn hints_are_bounded() {
    let flood = |request: Request| async move {
        let interim = request.extensions().get::<Interim>().cloned();
        for _ in 0..1000 {
            interim.as_ref().unwrap().early_hints(hint("x"));
        }
        status(200)
    };
    let mut client = Client::of(flood);
    let answer = client.ask(GET).await;
    assert!(answer.matches(" 103 ").count() < 100);
    assert!(answer.contains("HTTP/1.1 200 OK"));
}

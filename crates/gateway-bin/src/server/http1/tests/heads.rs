//! Requests that come, do not come, or are none.

use std::time::Duration;

use gateway_core::contract::Request;
use tokio::time::Instant;

use super::client::{Client, status, tell, without_dates};
use crate::server::{ConnectionLimits, Ending, Phase};

const GET: &str = "GET /a HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_connection_serves_one_request_after_the_other() {
    let mut client = Client::of(tell);
    for _ in 0..3 {
        assert_eq!(
            without_dates(&client.ask(GET).await),
            "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nGET /a "
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pipelined_requests_are_answered_in_order() {
    let slow_first = |request: Request| async move {
        if request.uri() == "/0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tell(request).await
    };
    let mut client = Client::of(slow_first);
    // More than is read ahead.
    let requests: String = (0..500)
        .map(|i| format!("POST /{i} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nok"))
        .collect();
    let answers = client.ask(requests).await;
    let order: Vec<String> = answers
        .split("POST /")
        .skip(1)
        .filter_map(|answer| Some(answer.split_once(" ok")?.0.to_owned()))
        .collect();
    assert_eq!(order, (0..500).map(|i| i.to_string()).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_request_is_answered_and_closes() {
    let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(70_000));
    let large = format!("GET / HTTP/1.1\r\nx: {}\r\n", "x".repeat(70_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x: 1\r\n".repeat(101));
    for (bytes, status, code) in [
        ("GET  / HTTP/1.1\r\n\r\n", 400, "request/malformed"),
        ("\x16\x03\x01", 400, "request/malformed"),
        ("GET / HTTP/1.1\r\nx : 1\r\n\r\n", 400, "request/malformed"),
        ("GET / HTTP/1.1\r\n y\r\n\r\n", 400, "request/malformed"),
        ("GET / HTTP/3.0\r\n\r\n", 505, "request/version-unsupported"),
        ("GET /#x HTTP/1.1\r\n\r\n", 400, "request/target-form"),
        (
            "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n",
            400,
            "request/content-length-repeated",
        ),
        (
            "POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
            501,
            "request/transfer-encoding-unsupported",
        ),
        (&long, 414, "request/target-too-long"),
        (&large, 431, "request/head-too-large"),
        (&many, 431, "request/too-many-fields"),
    ] {
        let mut client = Client::of(tell);
        // What was answered before stays so.
        client.ask(GET).await;
        client.send(bytes).await;
        let answer = client.read_to_end().await;
        let begin: String = bytes.chars().take(40).collect();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{begin}: {answer}"
        );
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
        assert!(
            answer.contains(&format!("\"code\":\"{code}\"")),
            "{begin}: {answer}"
        );
        assert_eq!(client.ended(Ending::Protocol), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_has_its_time_from_its_first_byte() {
    let mut client = Client::of(tell);
    client.ask(GET).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let start = Instant::now();
    for _ in 0..9 {
        client.send("G").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let answer = client.read_to_end().await;
    assert_eq!(start.elapsed().as_secs(), 10);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("request/head-timeout"), "{answer}");
    assert_eq!(client.ended(Ending::Head), 1);
}

#[tokio::test(start_paused = true)]
async fn silence_is_answered_by_silence() {
    let start = Instant::now();
    let mut client = Client::of(tell);
    assert_eq!(client.read_to_end().await, "");
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(client.ended(Ending::FirstByte), 1);

    let mut client = Client::of(tell);
    client.ask(GET).await;
    let start = Instant::now();
    assert_eq!(client.read_to_end().await, "");
    assert!((74..76).contains(&start.elapsed().as_secs()));
    assert_eq!(client.ended(Ending::Idle), 1);
}

#[tokio::test(start_paused = true)]
async fn old_connections_and_busy_ones_are_closed_between_requests() {
    let limits = ConnectionLimits {
        max_requests: 2,
        ..ConnectionLimits::default()
    };
    let mut client = Client::limited(limits, tell);
    assert!(!client.ask(GET).await.contains("connection"));
    client.send(GET).await;
    let last = client.read_to_end().await;
    assert!(last.contains("\r\nconnection: close\r\n"), "{last}");
    assert_eq!(client.ended(Ending::Requests), 1);

    let slow = |request| async {
        tokio::time::sleep(Duration::from_secs(100)).await;
        tell(request).await
    };
    let limits = ConnectionLimits {
        max_age: Duration::from_secs(100),
        ..ConnectionLimits::default()
    };
    let mut client = Client::limited(limits, slow);
    client.send(GET).await;
    let last = client.read_to_end().await;
    assert!(last.contains("\r\nconnection: close\r\n"), "{last}");
    assert_eq!(client.ended(Ending::Age), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_closes_idle_connections_at_once_and_others_after_their_answer() {
    let mut idle = Client::of(tell);
    idle.ask(GET).await;
    idle.drain.advance(Phase::Announced);
    assert!(!idle.ask(GET).await.contains("connection"));
    let start = Instant::now();
    idle.drain.advance(Phase::Draining);
    assert_eq!(idle.read_to_end().await, "");
    assert_eq!(start.elapsed(), Duration::ZERO);

    let slow = |request| async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        tell(request).await
    };
    let mut busy = Client::of(slow);
    busy.send(GET).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    busy.drain.advance(Phase::Draining);
    let answer = busy.read_to_end().await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("GET /a "), "{answer}");

    let mut begun = Client::of(tell);
    begun.ask("GET /a HT").await;
    begun.drain.advance(Phase::Draining);
    begun.send("TP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(begun.read_to_end().await.ends_with("GET /a "));

    let mut stuck = Client::of(|_| async { std::future::pending().await });
    stuck.ask(GET).await;
    stuck.drain.advance(Phase::Closed);
    assert_eq!(stuck.read_to_end().await, "");
    stuck.gateway.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn http_1_0_is_kept_alive_where_it_asks_for_it() {
    let mut client = Client::of(tell);
    for _ in 0..2 {
        let answer = client
            .ask("GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            .await;
        assert!(
            answer.contains("\r\nconnection: keep-alive\r\n"),
            "{answer}"
        );
    }
    client.send("GET /a HTTP/1.0\r\n\r\n").await;
    let answer = client.read_to_end().await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");

    let mut client = Client::of(|_| async { status(200) });
    client
        .send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    let answer = client.read_to_end().await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    client.gateway.await.unwrap();
}

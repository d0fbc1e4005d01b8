//! The bodies of requests.

use std::time::Duration;

use axum::body::Body;
use gateway_core::contract::{Request, Response};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::client::{Client, echo, refuse, status, tell};
use crate::server::Ending;

const EXPECTING: &str =
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n";
const CHUNKED: &str = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";

fn sized(length: usize) -> String {
    format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n")
}

#[tokio::test(start_paused = true)]
async fn bodies_come_whole_however_they_are_cut_up() {
    for message in [
        format!("{}hello", sized(5)),
        format!("{CHUNKED}2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nx: y\r\n\r\n"),
    ] {
        let mut client = Client::of(tell);
        assert!(client.ask(&message).await.ends_with("POST / hello"));
        for byte in message.as_bytes() {
            client.send([*byte]).await;
            tokio::task::yield_now().await;
        }
        assert!(client.read().await.ends_with("POST / hello"));
        assert!(client.is_served().await);
    }
}

#[tokio::test(start_paused = true)]
async fn both_directions_flow_at_once() {
    let mut client = Client::of(echo);
    let head = client.ask(CHUNKED).await;
    assert!(
        head.contains("\r\ntransfer-encoding: chunked\r\n"),
        "{head}"
    );
    assert_eq!(client.ask("3\r\nabc\r\n").await, "3\r\nabc\r\n");
    assert_eq!(client.ask("2\r\nde\r\n").await, "2\r\nde\r\n");
    assert_eq!(client.ask("0\r\n\r\n").await, "0\r\n\r\n");
    assert!(client.is_served().await);
}

#[tokio::test(start_paused = true)]
async fn a_body_may_be_read_by_another_task() {
    let elsewhere = |request| async { tokio::spawn(tell(request)).await.unwrap() };
    let mut client = Client::of(elsewhere);
    assert_eq!(client.ask(EXPECTING).await, "HTTP/1.1 100 Continue\r\n\r\n");
    for part in ["h", "ell"] {
        assert_eq!(client.ask(part).await, "");
    }
    assert!(client.ask("o").await.ends_with("POST / hello"));
    assert!(client.is_served().await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_asks_is_told_to_continue_when_the_body_is_wanted() {
    let mut client = Client::of(tell);
    assert_eq!(client.ask(EXPECTING).await, "HTTP/1.1 100 Continue\r\n\r\n");
    let answer = client.ask("hello").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // Whoever has sent the body need not be told to.
    let answer = client.ask(format!("{EXPECTING}hello")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // The answer begins before the body is read.
    let answer = client.ask(EXPECTING).await;
    assert!(answer.starts_with("HTTP/1.1 100 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_the_body_of_the_request_is_no_refusal_of_it() {
    let mut client = Client::of(echo);
    let answer = client.ask(EXPECTING).await;
    assert!(
        answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "),
        "{answer}"
    );
    assert_eq!(client.ask("hello").await, "hello");
    assert!(client.is_served().await);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_asks_and_is_refused_is_not_told_to_continue() {
    let mut client = Client::of(refuse);
    client.send(EXPECTING).await;
    let answer = client.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    // Whether these five bytes are the body or a request nobody can tell.
    client.send("GET /").await;
}

#[tokio::test(start_paused = true)]
async fn http_1_0_knows_no_continue() {
    let mut client = Client::of(tell);
    let head = EXPECTING.replace("HTTP/1.1", "HTTP/1.0");
    assert_eq!(client.ask(head).await, "");
    client.send("hello").await;
    assert!(client.read_to_end().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(start_paused = true)]
async fn a_little_that_nobody_reads_is_skipped() {
    const NEXT: &str = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    for message in [
        format!("{}{NEXT}", sized(NEXT.len())),
        format!("{CHUNKED}{:x}\r\n{NEXT}\r\n0\r\n\r\n", NEXT.len()),
        format!("{}{}", sized(60_000), "x".repeat(60_000)),
    ] {
        let mut client = Client::of(refuse);
        let answers = client.ask(message).await;
        assert_eq!(answers.matches("HTTP/1.1 403 ").count(), 1, "{answers}");
        assert!(!answers.contains("connection"), "{answers}");
        assert!(client.is_served().await);
    }
}

#[tokio::test(start_paused = true)]
async fn much_that_nobody_reads_closes_the_connection() {
    let mut client = Client::of(refuse);
    client.send(sized(1 << 20)).await;
    let answer = client.read_to_end().await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    // It is listened to for a while, so that the answer arrives.
    client.send("x".repeat(200_000)).await;

    // A chunked body tells its length too late for the head to tell.
    let mut client = Client::of(refuse);
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    client.send(format!("{CHUNKED}{}", chunk.repeat(5))).await;
    let answers = client.read_to_end().await;
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_reads_is_not_waited_for_long() {
    let mut client = Client::of(refuse);
    assert!(client.ask(sized(5)).await.starts_with("HTTP/1.1 403 "));
    let start = Instant::now();
    assert_eq!(client.read_to_end().await, "");
    assert!(start.elapsed() <= Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_body_is_an_error_of_the_body_and_closes() {
    let mut client = Client::of(tell);
    client
        .send(format!("{CHUNKED}2\r\nok\r\nnonsense\r\n"))
        .await;
    let answer = client.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(client.ended(Ending::Protocol), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_has_to_come_at_some_pace() {
    let mut client = Client::of(tell);
    let start = Instant::now();
    client.send(sized(1000)).await;
    for _ in 0..8 {
        client.send("x").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let answer = client.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("request/body-too-slow"), "{answer}");
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(client.ended(Ending::Body), 1);
    assert_eq!(client.refused.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_nobody_waits_for_and_a_stream_of_messages_may_take_their_time() {
    let late = |request| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        tell(request).await
    };
    let mut client = Client::of(late);
    client.ask(sized(5)).await;
    tokio::time::sleep(Duration::from_secs(65)).await;
    assert!(client.ask("hello").await.starts_with("HTTP/1.1 200 "));

    let mut client = Client::of(tell);
    let grpc = sized(5).replace("host", "content-type: application/grpc\r\nhost");
    client.ask(grpc).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!(client.ask("hello").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(start_paused = true)]
async fn a_body_of_an_earlier_request_reads_nothing_of_a_later_one() {
    let (keep, mut kept) = tokio::sync::mpsc::unbounded_channel::<Body>();
    let keeping = move |request: Request| {
        let keep = keep.clone();
        async move {
            keep.send(request.into_body()).unwrap();
            status(200)
        }
    };
    let mut client = Client::of(keeping);
    client.ask(format!("{}hello", sized(5))).await;
    assert!(client.is_served().await, "what was kept is skipped");
    let mut body = kept.recv().await.unwrap();
    client.ask(sized(5)).await;
    assert!(body.frame().await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_that_nobody_wants() {
    let deaf = |request: Request| async move {
        let _unread = request;
        std::future::pending::<Response>().await
    };
    let mut client = Client::of(deaf);
    client.send(sized(1 << 20)).await;
    let sending = client.send("x".repeat(1 << 20));
    let blocked = tokio::time::timeout(Duration::from_secs(1), sending).await;
    assert!(blocked.is_err());
}

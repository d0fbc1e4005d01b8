//! Clients that leave, and connections that become something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use gateway_core::facts::Tunnel;
use http::StatusCode;
use http_body_util::channel::Channel;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::client::{Client, tell, without_dates};

const GET: &str = "GET /a HTTP/1.1\r\nhost: a\r\n\r\n";

/// Notes that it was dropped.
#[derive(Clone, Default)]
struct Dropped(Arc<AtomicBool>);

struct OnDrop(Dropped);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_said_its_last_gets_its_answers() {
    let slow = |request| async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        tell(request).await
    };
    let mut client = Client::of(slow);
    client.send(GET.repeat(2)).await;
    client.io.shutdown().await.unwrap();
    let answers = client.read_to_end().await;
    assert_eq!(answers.matches("GET /a ").count(), 2, "{answers}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_left_takes_its_request_with_it() {
    let dropped = Dropped::default();
    let noted = dropped.clone();
    let never = move |_| {
        let guard = OnDrop(noted.clone());
        async move {
            let _guard = guard;
            std::future::pending::<Response>().await
        }
    };
    let mut client = Client::of(never);
    client.ask(GET).await;
    assert!(!dropped.0.load(Relaxed));
    let start = Instant::now();
    drop(client.io);
    client.gateway.await.unwrap();
    assert!(dropped.0.load(Relaxed));
    assert!(start.elapsed() <= Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_within_an_answer_ends_it() {
    for is_silent in [true, false] {
        let dropped = Dropped::default();
        let noted = dropped.clone();
        let endless = move |_| {
            let guard = OnDrop(noted.clone());
            async move {
                let (mut sender, body) = Channel::<Bytes, std::io::Error>::new(1);
                tokio::spawn(async move {
                    let _guard = guard;
                    while sender.send_data("more".into()).await.is_ok() {
                        let pause = if is_silent { 10_000 } else { 1 };
                        tokio::time::sleep(Duration::from_millis(pause)).await;
                    }
                });
                Response::new(Body::new(body))
            }
        };
        let mut client = Client::of(endless);
        client.send(GET).await;
        let mut begin = [0; 64];
        client.io.read_exact(&mut begin).await.unwrap();
        drop(client.io);
        let start = Instant::now();
        client.gateway.await.unwrap();
        assert!(start.elapsed() <= Duration::from_secs(1), "{is_silent}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_half_closed_client_that_takes_an_answer_may_wait_for_the_rest() {
    let slow = |_| async {
        let (mut sender, body) = Channel::<Bytes, std::io::Error>::new(1);
        tokio::spawn(async move {
            for _ in 0..3 {
                sender.send_data("part ".into()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(900)).await;
            }
            tokio::time::sleep(Duration::from_secs(60)).await;
            sender.send_data("last".into()).await.unwrap();
        });
        Response::new(Body::new(body))
    };
    let mut client = Client::of(slow);
    client.send(GET).await;
    client.io.shutdown().await.unwrap();
    let answer = client.read_to_end().await;
    assert!(answer.ends_with("4\r\nlast\r\n0\r\n\r\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_cut_is_an_error_of_the_body() {
    let mut client = Client::of(tell);
    client
        .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel")
        .await;
    client.io.shutdown().await.unwrap();
    let answer = client.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_granted_upgrade_makes_a_tunnel_of_the_connection() {
    let (theirs, mut upstream) = tokio::io::duplex(1024);
    let theirs = Arc::new(std::sync::Mutex::new(Some(theirs)));
    let switch = move |_| {
        let tunnel = Tunnel::new(
            theirs.lock().unwrap().take().unwrap(),
            Duration::from_secs(60),
        );
        async move {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            response
                .headers_mut()
                .insert("sec-websocket-accept", "x".parse().unwrap());
            response.extensions_mut().insert(tunnel);
            response
        }
    };
    let mut client = Client::of(switch);
    let answer = client.ask(format!("{GET}early")).await;
    assert_eq!(
        without_dates(&answer),
        "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    );
    let mut early = [0; 5];
    upstream.read_exact(&mut early).await.unwrap();
    assert_eq!(&early, b"early");
    upstream.write_all(b"there").await.unwrap();
    assert_eq!(client.read().await, "there");
    assert_eq!(client.counters.tunnels.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_switch_to_nowhere_is_no_answer() {
    for status in [100, 101, 103] {
        let switch = move |_| async move { super::client::status(status) };
        let mut client = Client::of(switch);
        let answer = client.ask(GET).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        assert!(client.is_served().await);
    }
}

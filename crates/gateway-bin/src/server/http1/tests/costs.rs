//! What a request costs in system calls.

use std::sync::atomic::Ordering::Relaxed;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use http_body_util::channel::Channel;

use super::client::{Client, tell};

/// Reads and writes of one request after the first.
async fn costs(client: &mut Client, request: &str) -> (usize, usize) {
    client.ask(request).await;
    let before = (
        client.uses.reads.load(Relaxed),
        client.uses.writes.load(Relaxed),
    );
    client.ask(request).await;
    let after = (
        client.uses.reads.load(Relaxed),
        client.uses.writes.load(Relaxed),
    );
    (after.0 - before.0, after.1 - before.1)
}

#[tokio::test(start_paused = true)]
async fn one_read_and_one_write_do_for_a_request() {
    let mut client = Client::of(tell);
    let get = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    assert_eq!(costs(&mut client, get).await, (1, 1));
    let post = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello";
    assert_eq!(costs(&mut client, post).await, (1, 1));

    let chunked = |_| async {
        let (mut sender, body) = Channel::<Bytes, std::io::Error>::new(3);
        for _ in 0..3 {
            sender.send_data("x".into()).await.unwrap();
        }
        Response::new(Body::new(body))
    };
    assert_eq!(costs(&mut Client::of(chunked), get).await, (1, 1));

    let large = |_| async { Response::new(Body::from(vec![0; 32 * 1024])) };
    assert_eq!(costs(&mut Client::of(large), get).await, (1, 1));
}

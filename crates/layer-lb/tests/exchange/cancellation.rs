//! A client that goes away takes its exchange with it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tower::ServiceExt;

use crate::support::{Endpoint, get, read_head, request, send};

/// Answers with `start` and tells when the connection closes.
async fn unfinished(start: &'static [u8]) -> (Endpoint, UnboundedReceiver<()>) {
    let (closed, seen) = unbounded_channel();
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let closed = closed.clone();
        async move {
            read_head(&mut stream).await;
            stream.write_all(start).await.unwrap();
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            closed.send(()).unwrap();
        }
    })
    .await;
    (endpoint, seen)
}

async fn closes(mut seen: UnboundedReceiver<()>) {
    tokio::time::timeout(Duration::from_secs(5), seen.recv())
        .await
        .unwrap();
}

#[tokio::test]
async fn before_the_response() {
    let (endpoint, seen) = unfinished(b"").await;
    let exchange = endpoint.proxy().oneshot(request("GET", Body::empty()));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), exchange)
            .await
            .is_err()
    );
    closes(seen).await;
}

#[tokio::test]
async fn in_the_middle_of_the_response() {
    let (endpoint, seen) = unfinished(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
    let mut response = get(&endpoint.proxy()).await;
    response.body_mut().frame().await.unwrap().unwrap();
    drop(response);
    closes(seen).await;
}

#[tokio::test]
async fn over_http2_the_stream_is_reset_and_the_connection_stays() {
    let (dropped, seen) = unbounded_channel();
    let endpoint = Endpoint::http2(move |request| {
        let dropped = dropped.clone();
        async move {
            // The request's body ends in an error when the stream is reset.
            tokio::spawn(async move {
                if request.into_body().collect().await.is_err() {
                    dropped.send(()).unwrap();
                }
            });
            let (open, channel) = Channel::<Bytes, std::io::Error>::new(1);
            tokio::spawn(async move {
                let _open = open;
                std::future::pending::<()>().await;
            });
            http::Response::new(Body::new(channel))
        }
    })
    .await;
    let proxy = endpoint.http2_proxy();
    let (_upload, channel) = Channel::<Bytes, std::io::Error>::new(1);
    let response = send(&proxy, request("POST", Body::new(channel))).await;
    drop(response);
    closes(seen).await;
    get(&proxy).await;
    assert_eq!(endpoint.accepted(), 1);
}

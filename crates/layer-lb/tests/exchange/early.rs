//! Responses that come before the request has been sent.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Endpoint, code, eventually, get, read_head, request, send, text};

const PART: Bytes = Bytes::from_static(&[b'x'; 16 << 10]);
const LARGE: usize = 4 << 20;

/// A body of parts that its client sends for ever, one after each `pause`.
fn endless(pause: Duration) -> Body {
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    tokio::spawn(async move {
        while upload.send_data(PART).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    });
    Body::new(channel)
}

async fn answer(stream: &mut TcpStream, length: usize) -> io::Result<()> {
    let head = format!("HTTP/1.1 413 Too Large\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&vec![b'y'; length]).await
}

#[tokio::test]
async fn a_response_passes_while_the_request_is_still_being_sent() {
    for pause in [Duration::ZERO, Duration::from_millis(1)] {
        for length in [5, LARGE] {
            let endpoint = Endpoint::raw(move |_, mut stream| async move {
                read_head(&mut stream).await;
                answer(&mut stream, length).await.unwrap();
                // Reads for a while what is still coming, so that nothing is reset.
                let mut rest = [0; 64 << 10];
                while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
            })
            .await;
            let response = send(&endpoint.proxy(), request("POST", endless(pause))).await;
            assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(text(response).await.len(), length);
        }
    }
}

#[tokio::test]
async fn a_response_passes_though_nobody_reads_the_request() {
    for length in [5, LARGE] {
        let endpoint = Endpoint::raw(move |_, mut stream| async move {
            read_head(&mut stream).await;
            answer(&mut stream, length).await.unwrap();
            std::future::pending::<()>().await;
        })
        .await;
        let response = send(&endpoint.proxy(), request("POST", endless(Duration::ZERO))).await;
        assert_eq!(text(response).await.len(), length);
    }
}

#[tokio::test]
async fn the_rest_of_the_request_is_sent_while_the_response_is_read() {
    let endpoint = Endpoint::raw(move |_, mut stream| async move {
        read_head(&mut stream).await;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let mut all = vec![0; LARGE];
        stream.read_exact(&mut all).await.unwrap();
        let length = all.iter().filter(|&&byte| byte == b'x').count();
        stream
            .write_all(length.to_string().as_bytes())
            .await
            .unwrap();
        // The connection is free for another one.
        read_head(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nagain")
            .await
            .unwrap();
    })
    .await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    let mut post = request("POST", Body::new(channel));
    post.headers_mut().insert("content-length", LARGE.into());
    let proxy = endpoint.proxy();
    let response = send(&proxy, post).await;
    let sender = tokio::spawn(async move {
        for _ in 0..LARGE / PART.len() {
            upload.send_data(PART).await.unwrap();
        }
    });
    assert_eq!(text(response).await, LARGE.to_string());
    sender.await.unwrap();
    assert_eq!(text(get(&proxy).await).await, "again");
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn a_response_before_the_connection_breaks_is_passed_on() {
    let endpoint = Endpoint::raw(move |_, mut stream| async move {
        read_head(&mut stream).await;
        answer(&mut stream, 5).await.unwrap();
        // Closes with unread bytes, which resets the connection as soon as more comes.
        stream.shutdown().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    })
    .await;
    let proxy = endpoint.proxy();
    for _ in 0..10 {
        let response = send(&proxy, request("POST", endless(Duration::ZERO))).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(text(response).await, "yyyyy");
    }
}

#[tokio::test]
async fn no_connection_is_left_behind_by_a_client_that_never_ends() {
    let open = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&open);
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let open = Arc::clone(&counter);
        async move {
            open.fetch_add(1, Ordering::SeqCst);
            read_head(&mut stream).await;
            answer(&mut stream, 5).await.unwrap();
            let mut rest = [0; 64 << 10];
            while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
            open.fetch_sub(1, Ordering::SeqCst);
        }
    })
    .await;
    let proxy = endpoint.proxy();
    let mut clients = Vec::new();
    for _ in 0..30 {
        // The client neither sends nor ends anything.
        let (upload, channel) = Channel::<Bytes, io::Error>::new(1);
        clients.push(upload);
        let response = send(&proxy, request("POST", Body::new(channel))).await;
        assert_eq!(text(response).await, "yyyyy");
    }
    assert_eq!(endpoint.accepted(), 30);
    eventually(|| open.load(Ordering::SeqCst) == 0).await;
}

#[tokio::test]
async fn a_request_that_fails_cuts_the_response_short() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        let part = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\npart";
        stream.write_all(part).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    })
    .await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    upload.send_data(Bytes::from("part")).await.unwrap();
    let response = send(&endpoint.proxy(), request("POST", Body::new(channel))).await;
    upload.abort(io::Error::other("malformed chunk"));
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn a_request_is_as_long_as_its_head_says() {
    for (parts, expected) in [
        (&["xx", "xx"][..], "none"),
        (&["xx", "xxx"], "request/body-malformed"),
        (&["xx"], "request/body-malformed"),
        (&[], "request/body-malformed"),
    ] {
        let endpoint = Endpoint::raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            if stream.read_exact(&mut [0; 4]).await.is_ok() {
                answer(&mut stream, 0).await.unwrap();
            }
        })
        .await;
        let (mut upload, channel) = Channel::<Bytes, io::Error>::new(4);
        for &part in parts {
            upload.send_data(Bytes::from(part)).await.unwrap();
        }
        drop(upload);
        let mut post = request("POST", Body::new(channel));
        post.headers_mut().insert("content-length", 4.into());
        let response = send(&endpoint.proxy(), post).await;
        assert_eq!(code(&response), expected, "{parts:?}");
    }
}

//! What becomes of bodies, and of the fields that go with them.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, Request, Response, StatusCode};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Endpoint, code, get, read_head, request, send, text};

/// Answers with the head of the request, as it arrived.
async fn mirror() -> Endpoint {
    Endpoint::raw(|_, mut stream| async move {
        while let Some(head) = read_head(&mut stream).await {
            let length = head.len();
            let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{head}");
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    })
    .await
}

#[tokio::test]
async fn a_request_arrives_as_one_for_http1() {
    let endpoint = mirror().await;
    let request = Request::builder()
        .version(http::Version::HTTP_2)
        .uri("/path?query")
        .header("host", "api.example")
        .header("cookie", "a=1")
        .header("cookie", "b=2")
        .header("connection", "keep-alive, x-hop")
        .header("x-hop", "1")
        .body(Body::empty())
        .unwrap();
    let head = text(send(&endpoint.proxy(), request).await).await;
    assert_eq!(
        head,
        "GET /path?query HTTP/1.1\r\nhost: api.example\r\ncookie: a=1; b=2\r\n\r\n"
    );
}

#[tokio::test]
async fn a_response_loses_its_hop_by_hop_fields_and_keeps_its_length() {
    let endpoint = Endpoint::answering(
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=5\r\nx-kept: 1\r\n\r\nok",
    )
    .await;
    let response = get(&endpoint.proxy()).await;
    let names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["content-length", "x-kept"]);
    assert_eq!(http_body::Body::size_hint(response.body()).exact(), Some(2));
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let echo = |request: Request<hyper::body::Incoming>| async move {
        Response::new(Body::new(request.into_body()))
    };
    let endpoint = Endpoint::http1(echo).await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    let response = send(&endpoint.proxy(), request("POST", Body::new(channel))).await;
    let mut download = response.into_body();
    for part in ["one", "two", "three"] {
        upload.send_data(Bytes::from(part)).await.unwrap();
        let frame = download.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), part);
    }
    drop(upload);
    assert!(download.frame().await.is_none());
}

#[tokio::test]
async fn a_get_with_a_body_keeps_it() {
    let endpoint = Endpoint::http1(|request| async move {
        let body = request.into_body().collect().await.unwrap();
        Response::new(Body::from(body.to_bytes()))
    })
    .await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    upload.send_data(Bytes::from("kept")).await.unwrap();
    drop(upload);
    let response = send(&endpoint.proxy(), request("GET", Body::new(channel))).await;
    assert_eq!(text(response).await, "kept");
}

#[tokio::test]
async fn a_body_cut_short_is_an_error() {
    for response in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort"[..],
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\nxx",
    ] {
        let endpoint = Endpoint::raw(move |_, mut stream| async move {
            read_head(&mut stream).await;
            stream.write_all(response).await.unwrap();
        })
        .await;
        let response = get(&endpoint.proxy()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.into_body().collect().await.is_err());
    }
}

#[tokio::test]
async fn a_body_that_ends_with_its_connection_is_whole() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\nto the end")
            .await
            .unwrap();
    })
    .await;
    assert_eq!(text(get(&endpoint.proxy()).await).await, "to the end");
}

#[tokio::test]
async fn a_body_of_http_1_0_that_is_reset_is_an_error() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        let part = b"HTTP/1.0 200 OK\r\n\r\npart";
        stream.write_all(part).await.unwrap();
        // What was sent must have been read, or the reset takes it back.
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream.set_zero_linger().unwrap();
    })
    .await;
    let response = get(&endpoint.proxy()).await;
    assert_eq!(response.version(), http::Version::HTTP_11);
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn an_answer_before_the_body_closes_the_connection() {
    let (closed, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let closed = closed.clone();
        async move {
            read_head(&mut stream).await;
            stream
                .write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno")
                .await
                .unwrap();
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            closed.send(()).unwrap();
        }
    })
    .await;
    let proxy = endpoint.proxy();
    // The client never ends its body.
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    upload.send_data(Bytes::from("part")).await.unwrap();
    let response = send(&proxy, request("POST", Body::new(channel))).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(text(response).await, "no");
    tokio::time::timeout(Duration::from_secs(5), seen.recv())
        .await
        .unwrap();
    get(&proxy).await;
    assert_eq!(endpoint.accepted(), 2);
    assert!(
        upload.send_data(Bytes::from("more")).await.is_err(),
        "nobody reads it"
    );
}

#[tokio::test]
async fn a_body_that_fails_is_the_clients_fault() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    })
    .await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    upload.send_data(Bytes::from("part")).await.unwrap();
    upload.abort(io::Error::other("malformed chunk"));
    let response = send(&endpoint.proxy(), request("POST", Body::new(channel))).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(code(&response), "request/body-malformed");
}

//! Where responses end, and what comes after them.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::io::AsyncWriteExt;

use crate::support::{Endpoint, code, get, read_head, request, send, text};

const NEXT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext";

/// What `method` gets for `bytes`, and which connection the request after it goes over.
async fn answered(method: &str, bytes: &'static [u8]) -> (StatusCode, String, usize) {
    let endpoint = Endpoint::raw(move |before, mut stream| async move {
        read_head(&mut stream).await;
        if before == 0 {
            stream.write_all(bytes).await.unwrap();
            if read_head(&mut stream).await.is_none() {
                return;
            }
        }
        stream.write_all(NEXT).await.unwrap();
    })
    .await;
    let proxy = endpoint.proxy();
    let response = send(&proxy, request(method, Body::empty())).await;
    let status = response.status();
    let body = text(response).await;
    assert_eq!(text(get(&proxy).await).await, "next");
    (status, body, endpoint.accepted())
}

#[tokio::test]
async fn responses_that_have_no_body_have_none_and_what_follows_is_nobodys() {
    for (method, bytes, connections) in [
        (
            "HEAD",
            &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"[..],
            1,
        ),
        (
            "HEAD",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            1,
        ),
        ("HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno", 2),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 1),
        (
            "GET",
            b"HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nno",
            2,
        ),
        (
            "GET",
            b"HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n",
            1,
        ),
        (
            "GET",
            b"HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nno",
            2,
        ),
        (
            "GET",
            b"HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
            2,
        ),
    ] {
        let shown = String::from_utf8_lossy(bytes);
        let (_, body, accepted) = answered(method, bytes).await;
        assert_eq!(
            (body.as_str(), accepted),
            ("", connections),
            "{method} {shown}"
        );
    }
}

#[tokio::test]
async fn what_follows_a_response_is_nobodys() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison"[..],
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\r\n",
    ] {
        let (status, body, accepted) = answered("GET", bytes).await;
        assert_eq!((status, body.as_str(), accepted), (StatusCode::OK, "ok", 2));
    }
}

#[tokio::test]
async fn heads_have_limits() {
    let long = format!("x: {}\r\n", "x".repeat(64 << 10));
    let many = "x: y\r\n".repeat(101);
    let enough = "x: y\r\n".repeat(99);
    for (fields, is_good) in [(long, false), (many, false), (enough, true)] {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{fields}\r\n");
        let endpoint = Endpoint::answering(answer.leak().as_bytes()).await;
        let expected = if is_good {
            "none"
        } else {
            "upstream/malformed-response"
        };
        assert_eq!(code(&get(&endpoint.proxy()).await), expected);
    }
}

#[tokio::test]
async fn a_head_may_come_in_any_pieces() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        let answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        for byte in answer {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        read_head(&mut stream).await;
        stream.write_all(NEXT).await.unwrap();
    })
    .await;
    let proxy = endpoint.proxy();
    assert_eq!(text(get(&proxy).await).await, "ok");
    assert_eq!(text(get(&proxy).await).await, "next");
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn trailers_that_are_announced_pass_both_ways() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        let head = read_head(&mut stream).await.unwrap();
        assert!(head.contains("transfer-encoding: chunked\r\n"), "{head}");
        let body = read_head(&mut stream).await.unwrap();
        assert_eq!(body, "2\r\nhi\r\n0\r\nx-sum: 1\r\n\r\n");
        let answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n2\r\nok\r\n0\r\n\
            x-sum: 2\r\nhost: evil\r\nx-other: 1\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(NEXT).await.unwrap();
    })
    .await;
    let (mut upload, channel) = Channel::<Bytes, std::io::Error>::new(2);
    upload.send_data(Bytes::from("hi")).await.unwrap();
    let one = HeaderValue::from_static("1");
    let names = ["x-sum", "host", "x-other"];
    let trailers = names.map(|name| (name.parse().unwrap(), one.clone()));
    upload
        .send_trailers(HeaderMap::from_iter(trailers))
        .await
        .unwrap();
    drop(upload);
    let mut post = request("POST", Body::new(channel));
    let announced = HeaderValue::from_static("x-sum, host");
    post.headers_mut().insert("trailer", announced);
    let proxy = endpoint.proxy();
    let response = send(&proxy, post).await;
    let collected = response.into_body().collect().await.unwrap();
    let trailers = collected.trailers().unwrap();
    assert_eq!(
        (trailers.len(), &trailers["x-sum"]),
        (1, &HeaderValue::from_static("2"))
    );
    assert_eq!(collected.to_bytes(), "ok");
    assert_eq!(text(get(&proxy).await).await, "next");
    assert_eq!(endpoint.accepted(), 1);
}

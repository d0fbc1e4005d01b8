//! Where messages over HTTP/2 end, and what comes in small pieces.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode};
use gateway_core::facts::{EarlyHints, Interim};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::net::TcpStream;

use crate::frames::{
    DATA, END_HEADERS, END_STREAM, Frames, GOAWAY, HEADERS, HINTS, NO_ERROR, OK, OK_OF_4,
    RST_STREAM,
};
use crate::support::{Endpoint, get, request, send, text};

/// A frame: its kind, its flags, its payload.
type Sent = (u8, u8, &'static [u8]);

/// Answers each request with `frames`, and closes the connection then if it is to.
async fn answering(frames: &'static [Sent], closes: bool) -> Endpoint {
    Endpoint::raw(move |_, stream| async move {
        let _ = answer(frames, closes, stream).await;
    })
    .await
}

async fn answer(frames: &[Sent], closes: bool, stream: TcpStream) -> io::Result<()> {
    let mut connection = Frames::accept(stream).await?;
    loop {
        let frame = connection.next().await?;
        if frame.kind != HEADERS {
            continue;
        }
        for &(kind, flags, payload) in frames {
            connection.send(kind, flags, frame.stream, payload).await?;
        }
        if closes {
            return Ok(());
        }
    }
}

const HEAD: Sent = (HEADERS, END_HEADERS, OK);
const HEAD_OF_4: Sent = (HEADERS, END_HEADERS, OK_OF_4);
const HALF: Sent = (DATA, 0, b"ab");
const LAST_HALF: Sent = (DATA, END_STREAM, b"ab");
const RESET: Sent = (RST_STREAM, 0, &NO_ERROR);

#[tokio::test]
async fn a_body_without_its_end_is_cut_short() {
    let cases: [(&str, &'static [Sent], bool); 6] = [
        ("reset without error", &[HEAD, HALF, RESET], false),
        ("reset before any of it", &[HEAD, RESET], false),
        ("reset before its length", &[HEAD_OF_4, HALF, RESET], false),
        (
            "reset at its length",
            &[HEAD_OF_4, HALF, HALF, RESET],
            false,
        ),
        ("ended before its length", &[HEAD_OF_4, LAST_HALF], false),
        ("connection closed", &[HEAD, HALF], true),
    ];
    for (name, frames, closes) in cases {
        let endpoint = answering(frames, closes).await;
        let response = get(&endpoint.http2_proxy()).await;
        // The head and the reset may come together; then there is no response at all.
        let is_cut = response.into_body().collect().await.is_err();
        assert!(is_cut, "{name}");
    }
}

#[tokio::test]
async fn a_whole_body_stays_whole() {
    let cases: [&'static [Sent]; 2] = [
        &[HEAD, HALF, LAST_HALF, RESET],
        &[HEAD_OF_4, HALF, LAST_HALF],
    ];
    for frames in cases {
        let endpoint = answering(frames, false).await;
        assert_eq!(text(get(&endpoint.http2_proxy()).await).await, "abab");
    }
}

#[tokio::test]
async fn a_whole_exchange_resets_nothing() {
    let (seen, mut frames) = tokio::sync::mpsc::unbounded_channel();
    let endpoint = Endpoint::raw(move |_, stream| {
        let seen = seen.clone();
        async move {
            let Ok(mut connection) = Frames::accept(stream).await else {
                return;
            };
            while let Ok(frame) = connection.next().await {
                if frame.ends_stream() {
                    connection.answer(frame.stream).await.unwrap();
                }
                seen.send(frame.kind).unwrap();
            }
        }
    })
    .await;
    let proxy = endpoint.http2_proxy();
    for (method, body) in [("POST", "body"), ("GET", ""), ("POST", "body")] {
        let response = send(&proxy, request(method, Body::from(body))).await;
        assert_eq!(text(response).await, "");
    }
    for kind in [HEADERS, DATA, HEADERS, HEADERS, DATA] {
        assert_eq!(frames.recv().await, Some(kind));
    }
    // The connection ends with its owner, by a goodbye.
    drop(proxy);
    assert_eq!(frames.recv().await, Some(GOAWAY));
}

#[tokio::test]
async fn an_endpoint_that_has_answered_may_stop_the_upload() {
    let endpoint = answering(&[HEAD, HALF, LAST_HALF, RESET], false).await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    let request = request("POST", Body::new(channel));
    let response = send(&endpoint.http2_proxy(), request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "abab");
    for attempt in 0.. {
        if upload.send_data(Bytes::from("more")).await.is_err() {
            break;
        }
        assert!(attempt < 100, "somebody still reads it");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_upload_goes_on_while_nobody_reads_the_response() {
    let (seen, mut length) = tokio::sync::mpsc::unbounded_channel();
    let endpoint = Endpoint::http2(move |request| {
        let seen = seen.clone();
        tokio::spawn(async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            seen.send(body.len()).unwrap();
        });
        async { Response::new(Body::from("early")) }
    })
    .await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    // Begun before the whole body is there, and left alone.
    let response = send(&endpoint.http2_proxy(), request("POST", Body::new(channel))).await;
    for _ in 0..100 {
        upload
            .send_data(Bytes::from_static(&[b'x'; 4096]))
            .await
            .unwrap();
    }
    drop(upload);
    let length = tokio::time::timeout(Duration::from_secs(5), length.recv()).await;
    assert_eq!(length.unwrap(), Some(100 * 4096));
    assert_eq!(text(response).await, "early");
}

#[derive(Default)]
struct Client(Mutex<Vec<HeaderMap>>);

impl EarlyHints for Client {
    fn send(&self, fields: HeaderMap) {
        self.0.lock().unwrap().push(fields);
    }
}

#[tokio::test]
async fn hints_come_before_the_response() {
    const BEFORE: Sent = (HEADERS, END_HEADERS, HINTS);
    let endpoint = answering(&[BEFORE, BEFORE, HEAD, LAST_HALF], false).await;
    let client = Arc::new(Client::default());
    let mut request = request("GET", Body::empty());
    let interim = Interim::new(Arc::clone(&client) as _);
    request.extensions_mut().insert(interim);
    let proxy = endpoint.http2_proxy();
    assert_eq!(text(send(&proxy, request).await).await, "ab");
    let hints = std::mem::take(&mut *client.0.lock().unwrap());
    assert_eq!(hints.len(), 2);
    assert_eq!(
        (hints[0].len(), &hints[0]["link"]),
        (1, &"a".parse().unwrap())
    );
    // Whoever cannot be told gets the response.
    assert_eq!(text(get(&proxy).await).await, "ab");
}

#[tokio::test]
async fn endless_hints_are_no_response() {
    static HINTS_ONLY: [Sent; 100] = [(HEADERS, END_HEADERS, HINTS); 100];
    let endpoint = answering(&HINTS_ONLY, false).await;
    let response = get(&endpoint.http2_proxy()).await;
    assert_eq!(
        crate::support::code(&response),
        "upstream/malformed-response"
    );
}

const STREAMS: usize = 64;
const TINY: usize = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tiny_frames_wait_for_a_slow_reader() {
    let endpoint = Endpoint::raw(|_, stream| async move {
        let _ = send_tiny(stream).await;
    })
    .await;
    let proxy = endpoint.http2_proxy();
    let readers: Vec<_> = (0..STREAMS)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move {
                let response = get(&proxy).await;
                tokio::time::sleep(Duration::from_secs(1)).await;
                text(response).await.len()
            })
        })
        .collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), TINY * 2);
    }
    assert_eq!(endpoint.accepted(), 1);
}

async fn send_tiny(stream: TcpStream) -> io::Result<()> {
    let mut connection = Frames::accept(stream).await?;
    let mut streams = Vec::new();
    while streams.len() < STREAMS {
        streams.push(connection.request().await?.0);
    }
    for &stream in &streams {
        connection.send(HEADERS, END_HEADERS, stream, OK).await?;
    }
    for _ in 0..TINY {
        for &stream in &streams {
            connection.send(DATA, 0, stream, b"ab").await?;
        }
    }
    for &stream in &streams {
        connection.send(DATA, END_STREAM, stream, b"").await?;
    }
    connection.closed().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tiny_parts_go_to_an_endpoint_that_reads_late() {
    let endpoint = Endpoint::http2(|request| async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let body = request.into_body().collect().await.unwrap().to_bytes();
        Response::new(Body::from(body.len().to_string()))
    })
    .await;
    let proxy = endpoint.http2_proxy();
    let uploads: Vec<_> = (0..STREAMS)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move {
                let (mut upload, channel) = Channel::<Bytes, io::Error>::new(TINY);
                for _ in 0..TINY {
                    upload.send_data(Bytes::from_static(b"ab")).await.unwrap();
                }
                drop(upload);
                text(send(&proxy, request("POST", Body::new(channel))).await).await
            })
        })
        .collect();
    for upload in uploads {
        assert_eq!(upload.await.unwrap(), (TINY * 2).to_string());
    }
    assert_eq!(endpoint.accepted(), 1);
}

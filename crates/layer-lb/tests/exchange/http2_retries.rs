//! What is sent again over HTTP/2, and what is not.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use gateway_core::facts::UpstreamFailure;
use gateway_core::rejection::Rejection;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use tokio::net::TcpStream;

use crate::frames::{END_HEADERS, Frames, HEADERS, HINTS, REFUSED_STREAM, RST_STREAM};
use crate::support::{Endpoint, Proxy, code, get, request, send, text};

/// Refuses the first `refused` requests, each once it has ended, and sends the bodies of the others back.
async fn refusing(refused: usize) -> Endpoint {
    let left = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(refused));
    Endpoint::raw(move |_, stream| {
        let left = std::sync::Arc::clone(&left);
        async move {
            let _ = refuse(stream, &left).await;
        }
    })
    .await
}

async fn refuse(stream: TcpStream, left: &std::sync::atomic::AtomicUsize) -> io::Result<()> {
    use std::sync::atomic::Ordering::SeqCst;
    let mut frames = Frames::accept(stream).await?;
    loop {
        let (stream, body) = frames.request().await?;
        let is_refused = left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        if is_refused.is_ok() {
            frames.send(RST_STREAM, 0, stream, &REFUSED_STREAM).await?;
        } else {
            frames
                .send(HEADERS, END_HEADERS, stream, crate::frames::OK)
                .await?;
            for part in body.chunks(16 << 10) {
                frames.send(crate::frames::DATA, 0, stream, part).await?;
            }
            frames
                .send(crate::frames::DATA, crate::frames::END_STREAM, stream, b"")
                .await?;
        }
    }
}

fn streamed(text: &str) -> Body {
    let parts = text.as_bytes().chunks(7).map(Bytes::copy_from_slice);
    let frames: Vec<_> = parts
        .map(|part| Ok::<_, io::Error>(http_body::Frame::data(part)))
        .collect();
    let (mut client, channel) = Channel::<Bytes, io::Error>::new(frames.len().max(1));
    for frame in frames {
        assert!(client.try_send(frame.unwrap()).is_ok());
    }
    Body::new(channel)
}

fn may_have_been_sent(response: &Response<Body>) -> bool {
    let failure = response.extensions().get::<UpstreamFailure>();
    failure.expect("a failure").may_have_been_sent
}

#[tokio::test]
async fn what_was_refused_is_sent_again_whatever_the_method() {
    for refused in [1, 2] {
        let endpoint = refusing(refused).await;
        let request = request("POST", streamed("a body in parts"));
        let response = send(&endpoint.http2_proxy(), request).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
        assert_eq!(text(response).await, "a body in parts");
    }
}

#[tokio::test]
async fn what_is_refused_again_and_again_was_never_sent() {
    let endpoint = refusing(usize::MAX).await;
    let response = send(&endpoint.http2_proxy(), request("POST", streamed("x"))).await;
    assert_eq!(code(&response), "upstream/reset");
    assert!(!may_have_been_sent(&response));
}

#[tokio::test]
async fn a_body_too_long_to_remember_is_not_sent_again() {
    for (length, status) in [
        (64 << 10, StatusCode::OK),
        ((64 << 10) + 1, StatusCode::BAD_GATEWAY),
    ] {
        let endpoint = Endpoint::raw(|number, stream| async move {
            let _ = refuse_after_body(number, stream).await;
        })
        .await;
        let body = Body::from("x".repeat(length));
        let response = send(&endpoint.http2_proxy(), request("POST", body)).await;
        let rejection = response.extensions().get::<Rejection>();
        assert_eq!(response.status(), status, "{rejection:?}");
    }
}

/// Reads what the windows let pass, and refuses it on the first connection.
async fn refuse_after_body(number: usize, stream: TcpStream) -> io::Result<()> {
    let mut frames = Frames::accept(stream).await?;
    let mut length = 0;
    loop {
        let frame = frames.next().await?;
        length += if frame.kind == crate::frames::DATA {
            frame.payload.len()
        } else {
            0
        };
        // All that fits into the window before it is opened.
        if frame.ends_stream() || length == 65_535 {
            if number == 0 {
                frames
                    .send(RST_STREAM, 0, frame.stream, &REFUSED_STREAM)
                    .await?;
            } else {
                frames.answer(frame.stream).await?;
            }
        }
    }
}

#[tokio::test]
async fn a_goodbye_loses_nothing() {
    let endpoint = Endpoint::raw(|number, stream| async move {
        let _ = serve_until_goodbye(number, stream).await;
    })
    .await;
    let proxy = endpoint.http2_proxy();
    let requests: Vec<_> = (0..6)
        .map(|index| {
            let proxy = proxy.clone();
            let method = if index % 2 == 0 { "GET" } else { "POST" };
            let body = if index % 2 == 0 {
                Body::empty()
            } else {
                streamed("small body")
            };
            tokio::spawn(async move { send(&proxy, request(method, body)).await })
        })
        .collect();
    for request in requests {
        let response = request.await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
    }
    assert_eq!(endpoint.accepted(), 2);
}

/// On the first connection, waits for three requests, says goodbye after the first of them, and answers that one.
async fn serve_until_goodbye(number: usize, stream: TcpStream) -> io::Result<()> {
    let mut frames = Frames::accept(stream).await?;
    if number > 0 {
        loop {
            let (stream, _) = frames.request().await?;
            frames.answer(stream).await?;
        }
    }
    for _ in 0..3 {
        frames.request().await?;
    }
    frames.say_goodbye(1).await?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    frames.answer(1).await?;
    frames.closed().await;
    Ok(())
}

/// Ends the first `lost` connections when a request has come, after `before`, and answers on the others.
async fn losing(lost: usize, before: &'static [u8]) -> Endpoint {
    Endpoint::raw(move |number, stream| async move {
        let _ = lose(number < lost, before, stream).await;
    })
    .await
}

async fn lose(is_lost: bool, before: &[u8], stream: TcpStream) -> io::Result<()> {
    let mut frames = Frames::accept(stream).await?;
    loop {
        let (stream, _) = frames.request().await?;
        if !before.is_empty() {
            frames.send(HEADERS, END_HEADERS, stream, before).await?;
        }
        if is_lost {
            return Ok(());
        }
        frames.answer(stream).await?;
    }
}

async fn outcome(proxy: &Proxy, method: &str) -> (StatusCode, Option<bool>) {
    let response = send(proxy, request(method, Body::empty())).await;
    let failure = response.extensions().get::<UpstreamFailure>();
    (
        response.status(),
        failure.map(|failure| failure.may_have_been_sent),
    )
}

#[tokio::test]
async fn a_lost_connection_is_made_up_for_once_where_that_does_no_harm() {
    let ok = (StatusCode::OK, None);
    let lost = (StatusCode::BAD_GATEWAY, Some(true));
    for (method, connections, expected) in [
        ("GET", 1, ok),
        ("PUT", 1, ok),
        ("POST", 1, lost),
        ("PATCH", 1, lost),
        ("GET", 2, lost),
    ] {
        let proxy = losing(connections, b"").await.http2_proxy();
        assert_eq!(
            outcome(&proxy, method).await,
            expected,
            "{method} {connections}"
        );
    }
}

#[tokio::test]
async fn whoever_has_begun_to_answer_is_not_asked_again() {
    let proxy = losing(1, HINTS).await.http2_proxy();
    assert_eq!(
        outcome(&proxy, "GET").await,
        (StatusCode::BAD_GATEWAY, Some(true))
    );
    // On the next connection it is answered after the same hints.
    assert_eq!(outcome(&proxy, "GET").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn goodbyes_under_load_are_no_errors() {
    let endpoint = Endpoint::raw(|_, stream| async move {
        let service =
            hyper::service::service_fn(|request: hyper::Request<hyper::body::Incoming>| async {
                let body = request
                    .into_body()
                    .collect()
                    .await
                    .map(http_body_util::Collected::to_bytes);
                Ok::<_, std::convert::Infallible>(Response::new(Body::from(
                    body.unwrap_or_default(),
                )))
            });
        let connection =
            hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
                .serve_connection(hyper_util::rt::TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => return,
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    })
    .await;
    let proxy = endpoint.http2_proxy();
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move {
                for number in 0..50 {
                    let (method, body) = if number % 2 == 0 {
                        ("GET", "")
                    } else {
                        ("POST", "small")
                    };
                    let response = send(&proxy, request(method, Body::from(body))).await;
                    let rejection = response.extensions().get::<Rejection>();
                    assert_eq!(response.status(), StatusCode::OK, "{rejection:?}");
                    assert_eq!(text(response).await, body);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    assert!(endpoint.accepted() > 1);
    assert_eq!(get(&proxy).await.status(), StatusCode::OK);
}

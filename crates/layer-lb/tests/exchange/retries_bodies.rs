//! Bodies of requests that are sent again.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::body::Incoming;

use crate::retries::proxy;
use crate::support::{Endpoint, request, retrying, send, text};

const MOST: usize = 64 << 10;

/// Reads whole requests and has no time for them.
async fn busy() -> Endpoint {
    Endpoint::http1(|request: Request<Incoming>| async move {
        let _ = request.into_body().collect().await;
        let mut response = Response::new(Body::from("busy"));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response
    })
    .await
}

/// Says how long the body was and what it ends with.
async fn measuring() -> Endpoint {
    Endpoint::http1(|request: Request<Incoming>| async move {
        let declared = request.headers().get("content-length").cloned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let last = body.last().copied().map(char::from);
        Response::new(Body::from(format!("{declared:?} {} {last:?}", body.len())))
    })
    .await
}

/// What becomes of the request with `body` that comes to a busy endpoint first.
async fn outcome(body: impl Fn() -> Body) -> (StatusCode, String) {
    let (busy, measuring) = (busy().await, measuring().await);
    let (proxy, _) = proxy(&retrying(&[busy.address, measuring.address]));
    loop {
        let response = send(&proxy, request("PUT", body())).await;
        let is_retried = response
            .extensions()
            .get::<gateway_core::facts::Attempts>()
            .is_some();
        // The other one may have been asked first.
        if is_retried || response.status() != StatusCode::OK {
            return (response.status(), text(response).await);
        }
    }
}

#[tokio::test]
async fn a_short_body_is_sent_again_and_a_long_one_is_not() {
    let length = |length| move || Body::from("x".repeat(length) + "y");
    let (status, text) = outcome(length(MOST - 1)).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::OK, "Some(\"65536\") 65536 Some('y')")
    );
    let (status, text) = outcome(length(MOST)).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "busy")
    );
}

#[tokio::test]
async fn a_body_of_unknown_length_is_sent_again_in_its_parts() {
    let streamed = || {
        let (mut client, channel) = Channel::<Bytes, io::Error>::new(8);
        for part in ["one ", "two ", "three"] {
            assert!(
                client
                    .try_send(http_body::Frame::data(Bytes::from(part)))
                    .is_ok()
            );
        }
        Body::new(channel)
    };
    let (status, text) = outcome(streamed).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::OK, "None 13 Some('e')")
    );
}

#[tokio::test]
async fn a_body_of_any_length_survives_that_nobody_listens() {
    let measuring = measuring().await;
    let nobody = crate::retries::dead().await;
    let (proxy, _) = proxy(&retrying(&[nobody, measuring.address]));
    for _ in 0..4 {
        let body = Body::from("x".repeat(1 << 20));
        let response = send(&proxy, request("POST", body)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(text(response).await, "Some(\"1048576\") 1048576 Some('x')");
    }
}

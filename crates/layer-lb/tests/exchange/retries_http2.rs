//! Requests over HTTP/2 that are sent again, elsewhere.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use gateway_core::facts::Attempts;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use layer_lb::{Protocol, RetryConfig, RetryOn, RetryTable, UpstreamConfig};

use crate::frames::{Frames, REFUSED_STREAM, RST_STREAM};
use crate::retries::proxy;
use crate::support::{Endpoint, code, request, retrying, send, text};

/// Sends bodies back, with the authority.
async fn echoing() -> Endpoint {
    Endpoint::http2(|request: Request<Incoming>| async move {
        let host = request.uri().authority().map(ToString::to_string);
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Response::new(Body::from(format!("{} {text}", host.unwrap_or_default())))
    })
    .await
}

fn http2(endpoints: &[&Endpoint]) -> UpstreamConfig {
    let addresses: Vec<_> = endpoints.iter().map(|endpoint| endpoint.address).collect();
    UpstreamConfig {
        protocol: Protocol::Http2,
        ..retrying(&addresses)
    }
}

#[tokio::test]
async fn what_one_endpoint_refuses_another_one_gets_whatever_the_method() {
    let refusing = Endpoint::raw(|_, stream| async move {
        let refuse = async {
            let mut frames = Frames::accept(stream).await?;
            loop {
                let (stream, _) = frames.request().await?;
                frames.send(RST_STREAM, 0, stream, &REFUSED_STREAM).await?;
            }
        };
        let _: io::Result<()> = refuse.await;
    });
    let refusing = refusing.await;
    let echoing = echoing().await;
    let (proxy, _) = proxy(&http2(&[&refusing, &echoing]));
    for _ in 0..4 {
        let response = send(&proxy, request("POST", Body::from("hello"))).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
        assert_eq!(text(response).await, "api.example hello");
    }
}

/// A call of gRPC that two endpoints answer with this status of gRPC, and how many calls came to them.
async fn call(grpc_status: &'static str, retry: RetryTable) -> (Response<Body>, usize) {
    let calls = Arc::new(AtomicUsize::new(0));
    let endpoint = || {
        let calls = Arc::clone(&calls);
        Endpoint::http2(move |request: Request<Incoming>| {
            let calls = Arc::clone(&calls);
            async move {
                let _ = request.into_body().collect().await;
                calls.fetch_add(1, Ordering::SeqCst);
                Response::builder()
                    .header("content-type", "application/grpc")
                    .header("grpc-status", grpc_status)
                    .body(Body::empty())
                    .unwrap()
            }
        })
    };
    let (one, two) = (endpoint().await, endpoint().await);
    let mut config = http2(&[&one, &two]);
    config.retry = RetryConfig::On(retry);
    let (proxy, _) = proxy(&config);
    let mut request = request("POST", Body::from("message"));
    let value = "application/grpc".parse().unwrap();
    request.headers_mut().insert("content-type", value);
    let response = send(&proxy, request).await;
    (response, calls.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_status_of_grpc_asks_for_another_try_where_the_route_allows_one() {
    let on: Vec<RetryOn> = vec!["unavailable".parse().unwrap()];
    for (grpc_status, non_idempotent, expected) in [
        ("14", true, 2),
        ("14", false, 1),
        ("5", true, 1),
        ("0", true, 1),
    ] {
        let retry = RetryTable {
            on: Some(on.clone().into()),
            non_idempotent: Some(non_idempotent),
            ..RetryTable::default()
        };
        let (response, calls) = call(grpc_status, retry).await;
        assert_eq!(calls, expected, "{grpc_status} {non_idempotent}");
        assert_eq!(response.headers()["grpc-status"], grpc_status);
        let attempts = response.extensions().get::<Attempts>();
        assert_eq!(attempts.is_some(), expected == 2);
    }
}

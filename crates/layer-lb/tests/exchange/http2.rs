//! Endpoints that speak HTTP/2.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Version};
use http_body_util::channel::Channel;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use crate::support::{Endpoint, code, eventually, get, request, send, text};

async fn echo(request: Request<Incoming>) -> Response<Body> {
    let content_type = request.headers().get("content-type").cloned();
    let mut response = Response::new(Body::new(request.into_body()));
    if let Some(content_type) = content_type {
        response.headers_mut().insert("content-type", content_type);
    }
    response
}

#[tokio::test]
async fn bodies_and_trailers_stream_both_ways() {
    let endpoint = Endpoint::http2(echo).await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    let mut call = request("POST", Body::new(channel));
    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert("content-type", grpc);
    let response = send(&endpoint.http2_proxy(), call).await;
    let mut download = response.into_body();
    upload.send_data(Bytes::from("one")).await.unwrap();
    let frame = download.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "one");
    let trailers = HeaderMap::from_iter([(
        http::HeaderName::from_static("grpc-status"),
        HeaderValue::from_static("0"),
    )]);
    upload.send_trailers(trailers.clone()).await.unwrap();
    let frame = download.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_trailers().unwrap(), trailers);
    assert!(download.frame().await.is_none());
}

#[tokio::test]
async fn a_request_arrives_as_one_for_http2() {
    let endpoint = Endpoint::http2(|request| async move {
        assert_eq!(request.version(), Version::HTTP_2);
        let headers = request.headers();
        assert!(!headers.contains_key("host") && !headers.contains_key("connection"));
        assert_eq!(headers["te"], "trailers");
        Response::new(Body::from(request.uri().to_string()))
    })
    .await;
    let mut request = request("GET", Body::empty());
    request
        .headers_mut()
        .insert("te", HeaderValue::from_static("trailers"));
    request
        .headers_mut()
        .insert("connection", HeaderValue::from_static("te"));
    let response = send(&endpoint.http2_proxy(), request).await;
    assert_eq!(text(response).await, "http://api.example/path?query");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_shares_one_connection() {
    let endpoint = Endpoint::http2(echo).await;
    let proxy = endpoint.http2_proxy();
    let requests: Vec<_> = (0..200)
        .map(|number: u32| {
            let proxy = proxy.clone();
            tokio::spawn(async move {
                let body = Full::new(Bytes::from(number.to_string()));
                text(send(&proxy, request("POST", Body::new(body))).await).await
            })
        })
        .collect();
    for (number, request) in requests.into_iter().enumerate() {
        assert_eq!(request.await.unwrap(), number.to_string());
    }
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn a_connection_that_says_goodbye_is_replaced() {
    let endpoint = Endpoint::raw(|_, stream| async move {
        let service = hyper::service::service_fn(|_| async {
            Ok::<_, std::convert::Infallible>(Response::new(Body::from("ok")))
        });
        let connection =
            hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
                .serve_connection(hyper_util::rt::TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => return,
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    })
    .await;
    let proxy = endpoint.http2_proxy();
    for _ in 0..40 {
        let response = get(&proxy).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(endpoint.accepted() > 1);
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_body_is_an_error() {
    let endpoint = Endpoint::http2(|_| async {
        let (mut open, channel) = Channel::<Bytes, io::Error>::new(1);
        tokio::spawn(async move {
            open.send_data(Bytes::from("part")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            open.abort(io::Error::other("broken"));
        });
        Response::new(Body::new(channel))
    })
    .await;
    let response = get(&endpoint.http2_proxy()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn an_answer_before_the_body_aborts_it() {
    let endpoint = Endpoint::http2(|_| async { Response::new(Body::from("no")) }).await;
    let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
    upload.send_data(Bytes::from("part")).await.unwrap();
    let proxy = endpoint.http2_proxy();
    let response = send(&proxy, request("POST", Body::new(channel))).await;
    assert_eq!(text(response).await, "no");
    for attempt in 0.. {
        if upload.send_data(Bytes::from("more")).await.is_err() {
            break;
        }
        assert!(attempt < 100, "somebody still reads it");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_response_to_head_keeps_the_length_it_names() {
    let endpoint = Endpoint::http2(|_| async {
        let mut response = Response::new(Body::empty());
        response
            .headers_mut()
            .insert("content-length", HeaderValue::from_static("500"));
        response
    })
    .await;
    let response = send(&endpoint.http2_proxy(), request("HEAD", Body::empty())).await;
    assert_eq!(response.headers()["content-length"], "500");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let endpoint = Endpoint::http2(echo).await;
    let mut config = endpoint.config();
    config.protocol = layer_lb::Protocol::Http2;
    config.keep_alive.timeout = gateway_core::config::Duration::from_millis(100);
    let proxy = crate::support::proxy(&config);
    text(get(&proxy).await).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    text(get(&proxy).await).await;
    eventually(|| endpoint.accepted() == 2).await;
}

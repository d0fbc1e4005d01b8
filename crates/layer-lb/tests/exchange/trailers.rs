//! What passes of trailers.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use crate::support::{Endpoint, request, send};

/// A body of one byte with the trailers that `names` lists.
fn body(names: &str) -> Body {
    let names = names
        .split(',')
        .map(|name| name.parse::<HeaderName>().unwrap());
    let one = HeaderValue::from_static("1");
    let trailers: HeaderMap = names.map(|name| (name, one.clone())).collect();
    let trailers = async move { Some(Ok::<_, Infallible>(trailers)) };
    Body::new(Full::new(Bytes::from_static(b"x")).with_trailers(trailers))
}

/// Answers, once it has read the whole request, with the names of its trailers; with the request's `Trailer` and
/// `Content-Type`, and with the trailers that the request's field `x-answer` names.
async fn report(request: Request<Incoming>) -> Response<Body> {
    let (head, incoming) = request.into_parts();
    let collected = incoming.collect().await.unwrap();
    let seen = collected.trailers().cloned().unwrap_or_default();
    let seen: Vec<_> = seen.keys().map(HeaderName::as_str).collect();
    let answer = head.headers["x-answer"].to_str().unwrap();
    let mut response = Response::builder().header("x-seen", seen.join(","));
    for name in ["trailer", "content-type"] {
        if let Some(value) = head.headers.get(name) {
            response = response.header(name, value);
        }
    }
    response.body(body(answer)).unwrap()
}

/// Which of the trailers `names` pass to the endpoint, which may take `_` for `-`, and back again, in messages with the field `line`.
async fn passing(names: &'static str, line: (&'static str, &'static str)) -> [String; 2] {
    let endpoint = Endpoint::http2(report).await;
    let mut call = request("POST", body(names));
    let fields = call.headers_mut();
    fields.insert(line.0, HeaderValue::from_static(line.1));
    fields.insert("x-answer", HeaderValue::from_static(names));
    let response = send(&endpoint.http2_proxy(), call).await;
    let seen = response.headers()["x-seen"].to_str().unwrap().to_owned();
    let collected = response.into_body().collect().await.unwrap();
    let back = collected.trailers().cloned().unwrap_or_default();
    let back: Vec<_> = back.keys().map(HeaderName::as_str).collect();
    [seen, back.join(",")]
}

const NAMES: &str = "x-sum,grpc-status,x_sum,host,content-length,authorization,x-forwarded-for";

#[tokio::test]
async fn those_pass_that_are_announced_and_harmless() {
    let announced = ("trailer", "X-Sum, x_sum, Host");
    assert_eq!(passing(NAMES, announced).await, ["x-sum", "x-sum,x_sum"]);
}

#[tokio::test]
async fn a_grpc_call_announces_none() {
    let grpc = ("content-type", "application/grpc");
    let (there, back) = ("x-sum,grpc-status", "x-sum,grpc-status,x_sum");
    assert_eq!(passing(NAMES, grpc).await, [there, back]);
}

#[tokio::test]
async fn without_any_left_the_body_still_ends() {
    let elsewhere = ("content-type", "text/plain");
    assert_eq!(passing(NAMES, elsewhere).await, ["", ""]);
}

#[tokio::test]
async fn framing_in_trailers_does_not_stall_the_stream() {
    // No client of HTTP/2 can send it, one of HTTP/1 can.
    let endpoint = Endpoint::http2(report).await;
    let mut call = request("POST", body("transfer-encoding,x-sum"));
    let fields = call.headers_mut();
    let announced = HeaderValue::from_static("x-sum, transfer-encoding");
    fields.insert("trailer", announced);
    fields.insert("x-answer", HeaderValue::from_static("x-sum"));
    let response = send(&endpoint.http2_proxy(), call).await;
    assert_eq!(response.headers()["x-seen"], "x-sum");
}

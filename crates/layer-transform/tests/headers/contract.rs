//! The contract of every layer, and what it costs to pass.

use axum::body::Body;
use gateway_core::contract::Request;
use gateway_testkit::{count_allocations, layer_contract};
use http::{HeaderMap, HeaderName, HeaderValue};
use layer_transform::headers::{Edits, HeadersLayer, Value};

const X_METHOD: HeaderName = HeaderName::from_static("x-method");
const X_STAMP: HeaderName = HeaderName::from_static("x-stamp");

fn layer() -> HeadersLayer {
    let method = Value::Expression("request.method".parse().unwrap());
    let mut edits = Edits::new();
    edits
        .set(X_METHOD, method)
        .and_then(|edits| edits.add(X_STAMP, HeaderValue::from_static("1")))
        .unwrap();
    HeadersLayer::new(edits.clone(), edits)
}

layer_contract! {
    headers: layer(),
    passing request: Request::new(Body::empty()),
    may change: ["x-method", "x-stamp"],
    passes on: errors,
}

#[test]
fn fixed_values_allocate_nothing() {
    let mut edits = Edits::new();
    edits
        .set(X_STAMP, HeaderValue::from_static("1"))
        .and_then(|edits| edits.remove(X_METHOD))
        .unwrap();
    let layer = HeadersLayer::new(edits.clone(), edits);
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.headers = HeaderMap::with_capacity(8);
    let allocations = count_allocations(|| {
        layer.apply_request(&mut parts);
    });
    assert_eq!(allocations.count, 0);
    assert_eq!(parts.headers["x-stamp"], "1");
}

//! The layer keeps the contract of all layers.

use axum::body::Body;
use gateway_core::contract::Request;
use gateway_testkit::layer_contract;
use layer_auth::{ApiKeyLayer, ApiKeys, Identity, hash_key};

fn layer() -> ApiKeyLayer {
    let ci = Identity::builder("api-key", "ci").build();
    ApiKeyLayer::new(ApiKeys::new().with(hash_key(b"test"), ci))
}

fn request(key: &str) -> Request {
    let request = http::Request::post("/").header("x-api-key", key);
    request.body(Body::empty()).unwrap()
}

layer_contract! {
    api_key: layer(),
    passing request: request("test"),
    refusing request: request("guess"),
    may change: ["x-api-key"],
    passes on: errors,
}

//! The layer in an axum service of somebody's own.

use std::net::IpAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::get;
use gateway_core::contract::{Request, Response};
use gateway_core::facts::ClientAddr;
use http::StatusCode;
use layer_ratelimit::{Key, OnMissingKey, Policy, RateLimitLayer};
use tower::ServiceExt;

fn policy(rate: &str) -> Policy {
    Policy::new(rate.parse().unwrap(), Key::Address).named("test")
}

fn app(policy: Policy) -> Router {
    let layer = RateLimitLayer::new(policy).unwrap();
    Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(layer)
}

fn from(address: &str) -> Request {
    let mut request = Request::new(Body::empty());
    let address: IpAddr = address.parse().unwrap();
    request.extensions_mut().insert(ClientAddr::new(address));
    request
}

async fn ask(app: &Router, request: Request) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn clients_have_limits_of_their_own_and_learn_where_they_stand() {
    let app = app(policy("2/h"));
    for (address, status, standing) in [
        ("192.0.2.1", StatusCode::OK, "\"test\";r=1;t=1800"),
        ("192.0.2.1", StatusCode::OK, "\"test\";r=0;t=3600"),
        (
            "192.0.2.1",
            StatusCode::TOO_MANY_REQUESTS,
            "\"test\";r=0;t=1800",
        ),
        ("192.0.2.2", StatusCode::OK, "\"test\";r=1;t=1800"),
    ] {
        let response = ask(&app, from(address)).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["ratelimit"], standing);
        assert_eq!(
            response.headers()["ratelimit-policy"],
            "\"test\";q=2;w=3600"
        );
    }
}

#[tokio::test]
async fn a_refusal_is_a_problem_with_a_code() {
    let app = app(policy("1/h"));
    ask(&app, from("192.0.2.1")).await;
    let refused = ask(&app, from("192.0.2.1")).await;
    assert_eq!(
        refused.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(refused.headers()["retry-after"], "3600");
    let body = to_bytes(refused.into_body(), 4096).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(body.contains(r#""code":"rate-limit/exceeded""#), "{body}");
}

#[tokio::test]
async fn a_grpc_caller_gets_resource_exhausted() {
    let app = app(policy("1/h"));
    ask(&app, from("192.0.2.1")).await;
    let mut call = from("192.0.2.1");
    let grpc = "application/grpc".parse().unwrap();
    call.headers_mut().insert("content-type", grpc);
    let refused = ask(&app, call).await;
    assert_eq!(refused.status(), StatusCode::OK);
    assert_eq!(refused.headers()["grpc-status"], "8");
}

#[tokio::test]
async fn several_limits_tell_of_themselves_side_by_side() {
    let per_hour = RateLimitLayer::new(policy("9/h").named("hour")).unwrap();
    let app = app(policy("2/s").named("second")).layer(per_hour);
    let response = ask(&app, from("192.0.2.1")).await;
    let told: Vec<_> = response.headers().get_all("ratelimit").iter().collect();
    assert_eq!(told, ["\"second\";r=1;t=1", "\"hour\";r=8;t=400"]);
}

#[tokio::test]
async fn uncounted_requests_are_told_nothing() {
    let app = app(policy("1/h").on_missing_key(OnMissingKey::Skip));
    for _ in 0..3 {
        let response = ask(&app, Request::new(Body::empty())).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!response.headers().contains_key("ratelimit"));
    }
}

#[tokio::test]
async fn services_of_one_layer_share_its_counters() {
    let layer = RateLimitLayer::new(policy("1/h")).unwrap();
    let service = || {
        Router::new()
            .route("/", get(|| async { "hello" }))
            .layer(layer.clone())
    };
    assert_eq!(
        ask(&service(), from("192.0.2.1")).await.status(),
        StatusCode::OK
    );
    let refused = ask(&service(), from("192.0.2.1")).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(layer.keys(), 1);
}

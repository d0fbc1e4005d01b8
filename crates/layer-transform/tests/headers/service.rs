//! The layer in an axum service of somebody's own.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use gateway_core::contract::{Request, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use layer_transform::headers::{Edits, HeadersLayer, Value};
use tower::ServiceExt;

const X_ECHO: HeaderName = HeaderName::from_static("x-echo");
const X_TRACE: HeaderName = HeaderName::from_static("x-trace");

/// Answers with the `x-echo` it sees, and an `x-trace` of its own.
fn app(layer: HeadersLayer) -> Router {
    let echo = async |headers: HeaderMap| {
        let seen = headers.get(X_ECHO).cloned();
        let seen = seen.unwrap_or(HeaderValue::from_static("none"));
        (
            [(X_ECHO, seen), (X_TRACE, HeaderValue::from_static("inner"))],
            "hello",
        )
    };
    Router::new().route("/", get(echo)).layer(layer)
}

async fn ask(app: &Router, path: &str, echo: Option<&str>) -> Response {
    let mut request = http::Request::get(path);
    if let Some(echo) = echo {
        request = request.header(X_ECHO, echo);
    }
    let request: Request = request.body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

fn cel(source: &str) -> Value {
    Value::Expression(source.parse().unwrap())
}

#[tokio::test]
async fn requests_are_edited_on_the_way_in() {
    let mut edits = Edits::new();
    edits.set(X_ECHO, cel("request.query.tenant")).unwrap();
    let app = app(HeadersLayer::new(edits, Edits::new()));
    let response = ask(&app, "/?tenant=acme", Some("forged")).await;
    assert_eq!(response.headers()[X_ECHO], "acme");
    let response = ask(&app, "/", Some("forged")).await;
    assert_eq!(
        response.headers()[X_ECHO],
        "none",
        "without a value nobody else's stands"
    );
}

#[tokio::test]
async fn responses_are_edited_by_what_the_request_was_on_arrival() {
    let mut request = Edits::new();
    request.remove(X_ECHO).unwrap();
    let mut response = Edits::new();
    response
        .add(X_TRACE, cel("request.headers['x-echo']"))
        .unwrap();
    let app = app(HeadersLayer::new(request, response));
    let response = ask(&app, "/", Some("asked")).await;
    assert_eq!(response.headers()[X_ECHO], "none");
    let trace: Vec<_> = response.headers().get_all(X_TRACE).iter().collect();
    assert_eq!(trace, ["inner", "asked"]);
}

#[tokio::test]
async fn answers_of_other_layers_are_edited_too() {
    let mut response = Edits::new();
    response
        .set(X_ECHO, HeaderValue::from_static("tidy"))
        .unwrap();
    let app = app(HeadersLayer::new(Edits::new(), response));
    let response = ask(&app, "/nowhere", None).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()[X_ECHO], "tidy");
}

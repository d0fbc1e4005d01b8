//! A small API to try the gateway on.

use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::HeaderMap;
use serde_json::{Value, json};

/// One replica of the sample API; each answer names it.
pub(super) fn replica(name: &'static str) -> Router {
    Router::new()
        .route(
            "/orders/{id}",
            get(move |path: Path<String>, headers: HeaderMap| order(name, path, headers)),
        )
        .route("/orders", post(move |body: String| placed(name, body)))
        .route(
            "/whoami",
            get(move || async move { format!("replica {name}\n") }),
        )
        .route("/healthz", get(|| async { "ok\n" }))
}

async fn order(replica: &'static str, Path(id): Path<String>, headers: HeaderMap) -> Json<Value> {
    let consumer = headers
        .get("x-consumer")
        .and_then(|value| value.to_str().ok());
    Json(json!({ "order": id, "served-by": replica, "consumer": consumer }))
}

async fn placed(replica: &'static str, body: String) -> Json<Value> {
    Json(json!({ "placed": true, "bytes": body.len(), "served-by": replica }))
}

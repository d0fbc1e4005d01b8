//! What is answered on which path.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::routing::get;

use super::readiness::Readiness;
use crate::metrics::Metrics;
use crate::server::{Drain, Phase};

/// OpenMetrics 1.0, section "Overall Structure".
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the answers are made of.
#[derive(Clone, Debug)]
struct Known {
    drain: Drain,
    metrics: Arc<Metrics>,
    readiness: Readiness,
}

/// `/livez` says that the process runs, `/readyz` whether it should get requests, `/metrics` what it has counted.
pub(super) fn router(drain: Drain, metrics: Metrics, readiness: Readiness) -> Router {
    let metrics = Arc::new(metrics);
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_text))
        .with_state(Known {
            drain,
            metrics,
            readiness,
        })
}

async fn ready(State(known): State<Known>) -> (StatusCode, &'static str) {
    match known.drain.phase() {
        Phase::Serving if !known.readiness.is_ready() => {
            (StatusCode::SERVICE_UNAVAILABLE, "looking for endpoints\n")
        }
        Phase::Serving => (StatusCode::OK, "ready\n"),
        Phase::Announced | Phase::Draining | Phase::Closed => {
            (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
        }
    }
}

async fn metrics_text(
    State(known): State<Known>,
) -> Result<([(HeaderName, &'static str); 1], String), StatusCode> {
    let text = known.metrics.text();
    let text = text.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text))
}

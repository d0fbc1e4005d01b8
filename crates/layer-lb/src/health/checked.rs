//! What a check that has ended changes.

use tokio::time::Instant;

use super::check::{Check, Fault};
use crate::endpoint::Endpoint;
use crate::upstream::Upstream;

/// The check of `endpoint` that began at `start` has ended with `verdict`.
pub(super) fn checked(
    upstream: &Upstream,
    check: &Check,
    endpoint: &Endpoint,
    verdict: &Result<(), Fault>,
    start: Instant,
) {
    let counters = upstream.counters();
    match verdict {
        Ok(()) => counters.checks_passed.increment(),
        Err(_) => counters.checks_failed.increment(),
    }
    let change = endpoint.health().checked(
        verdict.is_ok(),
        check.asks_the_service(),
        check.thresholds,
        start,
        Instant::now(),
    );
    if change.counts {
        upstream.rebuild();
    }
    let (upstream, endpoint) = (upstream.name(), endpoint.authority());
    match (change.became, verdict) {
        (Some(false), Err(fault)) => {
            counters.became_unhealthy.increment();
            tracing::warn!(upstream, endpoint, reason = %fault, "an endpoint is unhealthy");
        }
        (Some(true), _) => {
            counters.became_healthy.increment();
            tracing::info!(upstream, endpoint, "an endpoint is healthy again");
        }
        (_, Err(fault)) => {
            tracing::debug!(upstream, endpoint, reason = %fault, "a health check failed");
        }
        _ => {}
    }
    if change.has_returned {
        counters.ejections_ended.increment();
        tracing::info!(
            upstream,
            endpoint,
            reason = "a health check passed",
            "an endpoint is ejected no longer"
        );
    }
}

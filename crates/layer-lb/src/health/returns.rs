//! The task that ends ejections, and that compares rates of success.

use std::future::pending;
use std::sync::Arc;

use gateway_core::deadline::after;
use tokio::time::{Instant, sleep_until};

use super::eject::{Reason, eject};
use super::outliers::outliers;
use super::upstream_health::{EjectionPolicy, UpstreamHealth};
use crate::upstream::{Upstream, WeakUpstream};

/// Ends each ejection when its time is over, and looks at the rates of success at the end of each window.
pub(super) async fn return_ejected(
    upstream: WeakUpstream,
    health: Arc<UpstreamHealth>,
    policy: EjectionPolicy,
) {
    let window = policy.success_rate.map(|(window, _)| window);
    let mut window_end = window.map(|window| after(Instant::now(), window));
    loop {
        let next_return = {
            let Some(upstream) = upstream.upgrade() else {
                return;
            };
            let now = Instant::now();
            end_ejections(&upstream, now);
            if let (Some(window), Some(end)) = (window, window_end)
                && end <= now
            {
                eject_outliers(&upstream, &policy);
                window_end = Some(after(now, window));
            }
            let endpoints = upstream.endpoints();
            let until = endpoints
                .iter()
                .filter_map(|it| it.health().ejected_until());
            until.min()
        };
        let due = async {
            match next_return.into_iter().chain(window_end).min() {
                Some(moment) => sleep_until(moment).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = health.ejected.notified() => {}
        }
    }
}

fn end_ejections(upstream: &Upstream, now: Instant) {
    let mut is_any_back = false;
    for endpoint in upstream.endpoints() {
        if endpoint.health().end_ejection(now) {
            is_any_back = true;
            upstream.counters().ejections_ended.increment();
            tracing::info!(
                upstream = upstream.name(),
                endpoint = endpoint.authority(),
                reason = "its time is over",
                "an endpoint is ejected no longer"
            );
        }
    }
    if is_any_back {
        upstream.rebuild();
    }
}

fn eject_outliers(upstream: &Upstream, policy: &EjectionPolicy) {
    let Some((_, rule)) = policy.success_rate else {
        return;
    };
    let endpoints = upstream.endpoints();
    let windows: Vec<_> = endpoints
        .iter()
        .map(|endpoint| endpoint.health().close_window())
        .collect();
    for index in outliers(&windows, rule) {
        if let Some(endpoint) = endpoints.get(index) {
            eject(upstream, policy, endpoint, Reason::SuccessRate);
        }
    }
}

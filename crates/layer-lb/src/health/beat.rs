//! The checks of one endpoint.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::deadline::after;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::check::{Check, Fault};
use super::checked::checked;
use super::rhythm::Pace;
use super::upstream_health::UpstreamHealth;
use crate::endpoint::Endpoint;
use crate::upstream::WeakUpstream;

/// The checks of one endpoint.
#[derive(Debug)]
pub(super) struct Beat<'a> {
    pub(super) upstream: WeakUpstream,
    pub(super) health: &'a UpstreamHealth,
    pub(super) check: &'a Check,
    pub(super) endpoint: Arc<Endpoint>,
}

impl Beat<'_> {
    /// Checks the endpoint again and again, the first time after `wait`, until its upstream has gone.
    pub(super) async fn run(self, wait: Duration) {
        sleep(wait).await;
        let mut is_first = true;
        loop {
            let start = Instant::now();
            let limit = self.check.timeout;
            let verdict = timeout(limit, self.check.ask(&self.endpoint, after(start, limit))).await;
            let verdict = verdict.unwrap_or(Err(Fault::TimedOut));
            let Some(upstream) = self.upstream.upgrade() else {
                return;
            };
            checked(&upstream, self.check, &self.endpoint, &verdict, start);
            drop(upstream);
            self.rest(start, is_first).await;
            is_first = false;
        }
    }

    /// Waits for the time of the next check, after one that began at `start`.
    async fn rest(&self, start: Instant, is_first: bool) {
        let rhythm = &self.check.rhythm;
        let chance = fastrand::f64();
        let wait_until = |pace| {
            let wait = if is_first {
                rhythm.second(pace, chance)
            } else {
                rhythm.next(pace, chance)
            };
            after(start, wait)
        };
        if self.endpoint.health().is_unhealthy() {
            return sleep_until(wait_until(Pace::Unhealthy)).await;
        }
        let usual = wait_until(Pace::Usual);
        let Some(traffic) = &self.health.traffic else {
            return sleep_until(usual).await;
        };
        // Before it is asked whether there is any, lest the first request in between be missed.
        let began = traffic.began();
        if traffic.has_been_within(rhythm.interval, Instant::now()) {
            return sleep_until(usual).await;
        }
        tokio::select! {
            () = sleep_until(wait_until(Pace::Idle)) => {}
            () = began => sleep_until(usual).await,
        }
    }
}

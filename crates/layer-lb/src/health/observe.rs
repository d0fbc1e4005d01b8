//! What requests tell of an endpoint.

use std::sync::Arc;

use super::eject::{Reason, eject};
use crate::endpoint::Endpoint;
use crate::outcome::Ending;
use crate::upstream::Upstream;

/// An attempt at `endpoint` of `upstream` has ended: too many failures, one after the other, eject it. A success costs
/// one relaxed load, and one each for an idle interval of checks and for windows of success where they are configured.
pub(crate) fn observe(upstream: &Upstream, endpoint: &Arc<Endpoint>, ending: Ending) {
    let policy = upstream.health();
    if let Some(traffic) = &policy.traffic {
        traffic.note();
    }
    let Some(ejection) = &policy.ejection else {
        return;
    };
    if ending == Ending::Cancelled {
        return;
    }
    let health = endpoint.health();
    let has_failed = ending.is_failure();
    if ejection.success_rate.is_some() {
        health.tally().count(has_failed);
    }
    if !has_failed {
        health.succeeded();
    } else if health.failed() >= ejection.consecutive_failures && health.is_available() {
        eject(upstream, ejection, endpoint, Reason::ConsecutiveFailures);
    }
}

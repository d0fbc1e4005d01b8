//! Ejecting an endpoint.

use std::sync::{Arc, PoisonError};

use tokio::time::Instant;

use super::may_eject::{Census, may_eject};
use super::upstream_health::EjectionPolicy;
use crate::endpoint::Endpoint;
use crate::upstream::Upstream;

/// Why an endpoint is ejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Too many requests failed, one after the other.
    ConsecutiveFailures,
    /// It failed more often than the others.
    SuccessRate,
}

impl Reason {
    fn words(self) -> &'static str {
        match self {
            Self::ConsecutiveFailures => "too many requests failed one after the other",
            Self::SuccessRate => "it fails more often than the others",
        }
    }
}

/// Takes `endpoint` out for a while, where not too many are out already.
pub(super) fn eject(
    upstream: &Upstream,
    policy: &EjectionPolicy,
    endpoint: &Arc<Endpoint>,
    reason: Reason,
) {
    let health = upstream.health();
    let counters = upstream.counters();
    let time = {
        let _deciding = health
            .deciding
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let members = upstream.endpoints();
        let is_member = members.iter().any(|member| Arc::ptr_eq(member, endpoint));
        // Others may have ejected it while this one waited for the lock.
        if !is_member || !endpoint.health().is_available() {
            return;
        }
        if !may_eject(census(&members), policy.max) {
            // So that it is tried again after as many failures, and not after each.
            endpoint.health().succeeded();
            counters.ejections_prevented.increment();
            return;
        }
        endpoint.health().eject(policy.times, Instant::now())
    };
    let Some(time) = time else { return };
    match reason {
        Reason::ConsecutiveFailures => counters.ejected_consecutive.increment(),
        Reason::SuccessRate => counters.ejected_success_rate.increment(),
    }
    tracing::warn!(
        upstream = upstream.name(),
        endpoint = endpoint.authority(),
        reason = reason.words(),
        ?time,
        "an endpoint is ejected"
    );
    upstream.rebuild();
    health.ejected.notify_one();
}

fn census(members: &[Arc<Endpoint>]) -> Census {
    let count = |is: fn(&Endpoint) -> bool| members.iter().filter(|member| is(member)).count();
    Census {
        members: members.len(),
        ejected: count(|member| member.health().is_ejected()),
        available: count(|member| member.health().is_available()),
    }
}

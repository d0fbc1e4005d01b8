//! How a route uses its upstream.

use std::sync::Arc;

use tokio::time::Instant;

use crate::admission::ClassRule;
use crate::balance::{Choice, Tie, Tried};
use crate::chosen_endpoint::ChosenEndpoint;
use crate::flight::Flight;
use crate::retry::{ClientDeadline, RetryPolicy};
use crate::time_limits::TimeLimits;
use crate::upstream::Upstream;

/// How a route uses its upstream: what is its own of that, and whose upstream it is.
#[derive(Debug)]
pub(crate) struct RoutePolicy {
    pub(crate) upstream: Upstream,
    /// How long all tries together may take.
    pub(crate) limits: TimeLimits,
    /// How important requests are.
    pub(crate) class: ClassRule,
    /// Which requests are sent again; none without it.
    pub(crate) retry: Option<Arc<RetryPolicy>>,
}

impl RoutePolicy {
    /// An endpoint for a request that has been at those that were `tried`, where `tie` leads if it can; it is in flight
    /// there from `now` on.
    pub(crate) fn choose(&self, tried: &Tried, tie: Tie, now: Instant) -> Option<Flight> {
        let choice = Choice::new(tried).affinity(tie.affinity()).at(now);
        self.upstream.choose(choice)
    }

    /// How long one try may take.
    pub(crate) fn try_limits(&self) -> TimeLimits {
        let policy = self.retry.as_deref();
        let request = self.limits.request;
        TimeLimits {
            request: policy.map_or(request, |policy| policy.try_limit(request)),
            ..self.limits
        }
    }

    /// Where the first try goes, that of `flight`, which began at `start`.
    pub(crate) fn first(
        &self,
        flight: Flight,
        start: Instant,
        deadline: Option<ClientDeadline>,
    ) -> ChosenEndpoint {
        let mut chosen = ChosenEndpoint::new(flight, self.try_limits(), start);
        if let Some(deadline) = deadline {
            chosen = chosen.until(deadline.moment());
        }
        match &self.retry {
            Some(policy) => chosen.wanted_back(Arc::clone(policy)),
            None => chosen,
        }
    }
}

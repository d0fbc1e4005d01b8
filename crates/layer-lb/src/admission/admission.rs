//! How much one upstream is given to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tokio::time::Instant;

use super::adaptive::{Adaptive, AdaptiveRules};
use super::breaker::{Breaker, BreakerRules, Change, Phase};
use super::class::Class;
use super::refusal::Refusal;
use super::seat::Seat;
use super::shares::Shares;
use crate::counters::UpstreamCounters;
use crate::load::Load;
use crate::outcome::Outcome;

/// What limits the requests of an upstream; valid by construction.
#[derive(Clone, Debug)]
pub(crate) struct AdmissionRules {
    /// Most requests in flight; Envoy's `max_requests`.
    pub(crate) requests: Option<usize>,
    pub(crate) shares: Shares,
    pub(crate) breaker: Option<BreakerRules>,
    pub(crate) adaptive: Option<AdaptiveRules>,
}

/// How much one upstream is given to do: every request asks here before an endpoint is chosen, and every attempt
/// tells how it ended.
#[derive(Debug)]
pub(crate) struct Admission {
    upstream: Arc<str>,
    counters: Arc<UpstreamCounters>,
    requests: Option<usize>,
    shares: Shares,
    breaker: Option<Breaker>,
    adaptive: Option<Adaptive>,
    /// Whether some route has critical requests.
    keeps_for_critical: AtomicBool,
}

impl Admission {
    /// The admission of `upstream` by `rules`; `None` where they limit nothing.
    pub(crate) fn build(
        rules: AdmissionRules,
        upstream: &Arc<str>,
        counters: &Arc<UpstreamCounters>,
    ) -> Option<Self> {
        let now = Instant::now();
        let is_limited =
            rules.requests.is_some() || rules.breaker.is_some() || rules.adaptive.is_some();
        is_limited.then(|| Self {
            upstream: Arc::clone(upstream),
            counters: Arc::clone(counters),
            requests: rules.requests,
            shares: rules.shares,
            breaker: rules.breaker.map(|rules| Breaker::new(rules, now)),
            adaptive: rules.adaptive.map(|rules| Adaptive::new(rules, now)),
            keeps_for_critical: AtomicBool::new(false),
        })
    }

    /// From now on some requests are critical.
    pub(crate) fn keep_for_critical(&self) {
        self.keeps_for_critical.store(true, Relaxed);
    }

    /// Whether there is a limit for requests in flight, so that their class matters.
    pub(crate) fn has_room(&self) -> bool {
        self.requests.is_some() || self.adaptive.is_some()
    }

    /// Lets a request of `class` in, among the others of `load`, or says why not.
    pub(crate) fn admit<'a>(
        &self,
        class: Class,
        load: &'a Load,
        now: Instant,
    ) -> Result<Seat<'a>, Refusal> {
        // The circuit comes last: in a trial it gives away places, which nobody else may waste.
        let seat = self.seat(class, load).and_then(|seat| {
            self.ask_breaker(now)?;
            Ok(seat)
        });
        seat.inspect_err(|refusal| refusal.count(&self.counters))
    }

    /// Whether a request of `class` that was let in may be tried again, or twice: only while the upstream is well and
    /// has room. What is sent on top of what clients ask for must not be what keeps an upstream down.
    pub(crate) fn admits_retry(&self, class: Class, load: &Load) -> bool {
        let is_closed = self.breaker.as_ref().is_none_or(Breaker::is_closed);
        let has_room = self.limit().is_none_or(|(limit, _)| {
            // What asks is in flight itself, and leaves its place where it fails.
            load.in_flight() <= self.room(class, limit)
        });
        is_closed && has_room
    }

    /// An attempt has ended just now.
    pub(crate) fn observe(&self, outcome: &Outcome, now: Instant) {
        if let Some(adaptive) = &self.adaptive {
            adaptive.learn(outcome, now);
        }
        if let Some(breaker) = &self.breaker {
            self.tell(breaker.learn(outcome, now));
        }
    }

    /// The state of the circuit, where there is one.
    pub(crate) fn phase(&self) -> Option<Phase> {
        self.breaker.as_ref().map(Breaker::phase)
    }

    /// The limit that was found, where one is looked for.
    pub(crate) fn adaptive_limit(&self) -> Option<usize> {
        self.adaptive.as_ref().map(Adaptive::limit)
    }

    fn seat<'a>(&self, class: Class, load: &'a Load) -> Result<Seat<'a>, Refusal> {
        let Some((limit, full)) = self.limit() else {
            return Ok(Seat::uncounted());
        };
        match Seat::take(load, self.room(class, limit)) {
            Ok((seat, in_flight)) => {
                if let Some(adaptive) = &self.adaptive {
                    adaptive.admitted(in_flight);
                }
                Ok(seat)
            }
            Err(in_flight) => {
                if let Some(adaptive) = &self.adaptive {
                    adaptive.refused();
                }
                Err(if in_flight < limit {
                    Refusal::Shed(class)
                } else {
                    full
                })
            }
        }
    }

    /// How many may be in flight, and what is said to those that find it full.
    fn limit(&self) -> Option<(usize, Refusal)> {
        let adaptive = self.adaptive.as_ref().map(Adaptive::limit);
        match (self.requests, adaptive) {
            (None, None) => None,
            (Some(cap), Some(limit)) if limit < cap => Some((limit, Refusal::Limited)),
            (Some(cap), _) => Some((cap, Refusal::Capped)),
            (None, Some(limit)) => Some((limit, Refusal::Limited)),
        }
    }

    fn room(&self, class: Class, limit: usize) -> usize {
        let keeps = self.keeps_for_critical.load(Relaxed);
        self.shares.room(class, limit, keeps)
    }

    fn ask_breaker(&self, now: Instant) -> Result<(), Refusal> {
        let Some(breaker) = &self.breaker else {
            return Ok(());
        };
        let (verdict, change) = breaker.ask(now);
        self.tell(change);
        verdict.map_err(Refusal::CircuitOpen)
    }

    /// Logs and counts a change of the circuit's state.
    fn tell(&self, change: Option<Change>) {
        let Some(change) = change else { return };
        let (upstream, to) = (&*self.upstream, change.to.label());
        if let Some(open_for) = change.open_for {
            self.counters.circuit_opened.increment();
            tracing::warn!(
                upstream,
                attempts = change.tally.all,
                failed = change.tally.failed,
                slow = change.tally.slow,
                ?open_for,
                "the circuit opens"
            );
        } else {
            if change.to == Phase::Closed {
                self.counters.circuit_closed.increment();
            }
            tracing::info!(upstream, to, "the circuit changes");
        }
    }
}

#[cfg(test)]
mod tests;

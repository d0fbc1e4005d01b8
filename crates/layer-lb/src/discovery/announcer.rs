//! What becomes of what a source says.

use std::fmt;
use std::time::Duration;

use super::{Backoff, Event, FaultKind, Notice, Progress};
use crate::upstream::WeakUpstream;

/// Tells an upstream, its counters and the log what a source says.
#[derive(Debug)]
pub(super) struct Announcer {
    upstream: WeakUpstream,
    /// What the source is called in the log.
    source: String,
    progress: Progress,
}

impl Announcer {
    /// Nothing was said yet by `source`.
    pub(super) fn new(
        upstream: WeakUpstream,
        source: &impl fmt::Display,
        backoff: Backoff,
    ) -> Self {
        Self {
            upstream,
            source: source.to_string(),
            progress: Progress::new(backoff),
        }
    }

    /// Does what follows from `event`, and says when the source is asked again; `None` when the upstream has gone.
    pub(super) fn tell(&mut self, event: Event) -> Option<Duration> {
        let upstream = self.upstream.upgrade()?;
        let step = self.progress.step(event, fastrand::f64());
        let counters = upstream.counters();
        match step.fault {
            Some(FaultKind::Failed) => counters.discovery_failed.increment(),
            Some(FaultKind::Empty) => counters.discovery_empty.increment(),
            Some(FaultKind::Refused) => counters.discovery_refused.increment(),
            None => {}
        }
        let (name, source) = (upstream.name(), &*self.source);
        if let Some(endpoints) = &step.publish {
            upstream.set_endpoints(endpoints);
            counters.discovery_changed.increment();
            let endpoints = endpoints.len();
            tracing::info!(upstream = name, source, endpoints, "endpoints changed");
        }
        match step.notice {
            Some(Notice::Fault(fault)) => {
                let (fault, cause) = (fault.kind.label(), fault.cause);
                let kept = self.progress.known();
                tracing::warn!(upstream = name, source, fault, kept, "discovery: {cause}");
            }
            Some(Notice::Recovered) => {
                tracing::info!(upstream = name, source, "discovery works again");
            }
            None => {}
        }
        Some(step.next)
    }
}

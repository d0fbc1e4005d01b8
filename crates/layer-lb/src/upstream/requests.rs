//! What a request asks of its upstream, and what the upstream learns of it.

use std::sync::Arc;

use tokio::time::Instant;

use super::upstream::Upstream;
use crate::admission::{Admission, Class, Refusal, Seat};
use crate::balance::{Balance, Choice};
use crate::endpoint::Endpoint;
use crate::flight::Flight;
use crate::health::{self, UpstreamHealth};
use crate::outcome::{Ending, Outcome};
use crate::retry::Retries;

impl Upstream {
    /// How its endpoints are chosen.
    pub(crate) fn balance(&self) -> &Balance {
        &self.0.balance
    }

    /// How it is judged whether an endpoint may be chosen.
    pub(crate) fn health(&self) -> &Arc<UpstreamHealth> {
        &self.0.health
    }

    /// What is known of requests that are sent more than once.
    pub(crate) fn retries(&self) -> &Retries {
        &self.0.retries
    }

    /// Lets a request of `class` in, or says why not. The place it holds is its own until its flight has begun.
    pub(crate) fn admit(&self, class: Class, now: Instant) -> Result<Seat<'_>, Refusal> {
        match self.admission() {
            None => Ok(Seat::uncounted()),
            Some(admission) => admission.admit(class, &self.0.load, now),
        }
    }

    /// Whether a request of `class` that was let in may be tried again, or twice.
    pub(crate) fn admits_retry(&self, class: Class) -> bool {
        self.admission()
            .is_none_or(|admission| admission.admits_retry(class, &self.0.load))
    }

    /// From now on some requests are critical, and room is kept for them.
    pub(crate) fn keep_for_critical(&self) {
        if let Some(admission) = self.admission() {
            admission.keep_for_critical();
        }
    }

    /// An endpoint for a request, which is in flight there from now on; `None` where there are none.
    pub(crate) fn choose(&self, choice: Choice<'_>) -> Option<Flight> {
        let picker = self.0.picker.load();
        picker
            .pick(choice.in_flight(self.in_flight()))
            .map(|endpoint| Flight::begin(Arc::clone(endpoint)))
    }

    /// An attempt at `endpoint` that began at `start` has ended. The clock is read for those alone who ask how long it
    /// took.
    pub(crate) fn observe(&self, endpoint: &Arc<Endpoint>, ending: Ending, start: Instant) {
        let outcome = || Outcome {
            ending,
            elapsed: start.elapsed(),
        };
        if self.0.balance.heeds_latency() {
            outcome().teach(endpoint.latency());
        }
        health::observe(self, endpoint, ending);
        self.0.retries.learn(ending, start);
        if let Some(admission) = self.admission() {
            admission.observe(&outcome(), Instant::now());
        }
    }

    pub(super) fn admission(&self) -> Option<&Admission> {
        self.0.admission.as_deref()
    }
}

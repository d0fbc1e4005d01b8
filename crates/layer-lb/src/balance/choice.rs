//! What a choice depends on.

use tokio::time::Instant;

use super::{Affinity, Tried};
use crate::endpoint::Endpoint;

/// What the choice of an endpoint depends on, beside the endpoints.
///
/// ```
/// use layer_lb::balance::{Affinity, Choice, Tried};
///
/// let tried: Tried = Tried::default();
/// let choice = Choice::new(&tried).affinity(Affinity::Hash(42)).in_flight(7);
/// ```
#[derive(Debug)]
pub struct Choice<'a, E = Endpoint> {
    pub(super) tried: &'a Tried<E>,
    pub(super) affinity: Affinity,
    pub(super) in_flight: usize,
    pub(super) now: Option<Instant>,
}

impl<'a, E> Choice<'a, E> {
    /// For a request that may go anywhere but where it was `tried`.
    pub fn new(tried: &'a Tried<E>) -> Self {
        Self {
            tried,
            affinity: Affinity::None,
            in_flight: 0,
            now: None,
        }
    }

    /// What ties the request to an endpoint.
    #[must_use]
    pub fn affinity(mut self, affinity: Affinity) -> Self {
        self.affinity = affinity;
        self
    }

    /// How many requests are in flight at all endpoints together, for `load-bound`.
    #[must_use]
    pub fn in_flight(mut self, in_flight: usize) -> Self {
        self.in_flight = in_flight;
        self
    }

    /// The time, where it is known: those who need it read the clock otherwise.
    #[must_use]
    pub fn at(mut self, now: Instant) -> Self {
        self.now = Some(now);
        self
    }

    /// The time.
    pub(super) fn now(&self) -> Instant {
        self.now.unwrap_or_else(Instant::now)
    }
}

impl<E> Clone for Choice<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Choice<'_, E> {}

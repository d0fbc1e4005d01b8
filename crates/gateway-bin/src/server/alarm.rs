//! The one timer of a connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// The one timer of a connection, which rings when its deadlines are to be looked at again. Deadlines come and
/// go with every request; the timer is moved only when it rings.
#[derive(Debug)]
pub(super) struct Alarm(Pin<Box<Sleep>>);

impl Alarm {
    /// Rings at `first`.
    pub(super) fn new(first: Instant) -> Self {
        Self(Box::pin(sleep_until(first)))
    }

    /// Ready when it rings; `set` has to follow.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }

    /// Rings at `next`.
    pub(super) fn set(&mut self, next: Instant) {
        self.0.as_mut().reset(next);
    }
}

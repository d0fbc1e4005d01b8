//! How long one exchange may take.

use std::time::Duration;

use gateway_core::deadline::after;
use tokio::time::Instant;

use crate::time_limits::TimeLimits;

/// How long one exchange, begun at a certain moment, may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    start: Instant,
    limits: TimeLimits,
}

impl Deadline {
    /// For an exchange that begins at `start`.
    pub(crate) fn begin(start: Instant, limits: TimeLimits) -> Self {
        Self { start, limits }
    }

    /// When the exchange began.
    pub(super) fn start(self) -> Instant {
        self.start
    }

    /// By when a connection must be there.
    pub(super) fn connect(self) -> Instant {
        after(self.start, self.limits.request)
    }

    /// By when the head of the response must be there. Sending a long body takes the time it takes; the limit
    /// counts from its last part.
    pub(super) fn head(self, last_part: Instant) -> Instant {
        after(self.start.max(last_part), self.limits.request)
    }

    /// By when, after `silence` began and the last part of the request's body was passed on, something must pass
    /// in either direction.
    pub(super) fn silence(self, silence: Instant, last_part: Instant) -> Instant {
        after(silence.max(last_part), self.limits.idle)
    }

    /// How long nothing may pass in either direction.
    pub(super) fn idle(self) -> Duration {
        self.limits.idle
    }
}

//! Whether an upstream gets requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

/// Whether an upstream gets requests, as far as its checks want to know.
#[derive(Debug)]
pub(super) struct Traffic {
    /// Whether a request has ended since somebody looked.
    has_been: AtomicBool,
    last_seen: Mutex<Instant>,
    began: Notify,
}

impl Traffic {
    /// An upstream that has had none yet, but may have it at once.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            has_been: AtomicBool::new(false),
            last_seen: Mutex::new(now),
            began: Notify::new(),
        }
    }

    /// A request has ended. Costs a relaxed load, but for the first after somebody has looked.
    pub(super) fn note(&self) {
        if !self.has_been.load(Ordering::Relaxed) {
            self.has_been.store(true, Ordering::Relaxed);
            self.began.notify_waiters();
        }
    }

    /// Whether there have been requests during the last `time` until `now`.
    pub(super) fn has_been_within(&self, time: Duration, now: Instant) -> bool {
        let mut last_seen = self
            .last_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.has_been.swap(false, Ordering::Relaxed) {
            *last_seen = now;
        }
        now.saturating_duration_since(*last_seen) < time
    }

    /// Ends with the first request that ends from now on.
    pub(super) fn began(&self) -> Notified<'_> {
        self.began.notified()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_seen_and_forgotten() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let traffic = Traffic::new(start);
        let within = |seconds| traffic.has_been_within(Duration::from_secs(5), at(seconds));
        assert!(within(4));
        assert!(!within(5));
        traffic.note();
        assert!(within(20));
        assert!(within(24));
        assert!(!within(25));
        let began = traffic.began();
        traffic.note();
        began.await;
    }
}

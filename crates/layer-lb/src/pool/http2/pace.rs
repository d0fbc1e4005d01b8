//! How far the body of a request has come.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// How far the body of a request has come: written by whoever sends it, read by whoever awaits the response.
#[derive(Debug)]
pub(super) struct Pace {
    epoch: Instant,
    /// Microseconds from `epoch` to the last part that went out.
    moved: AtomicU64,
    awaits_client: AtomicBool,
}

impl Pace {
    /// Nothing has been sent yet.
    pub(super) fn new() -> Self {
        Self {
            epoch: Instant::now(),
            moved: AtomicU64::new(0),
            awaits_client: AtomicBool::new(false),
        }
    }

    /// A part of the body went to the connection.
    pub(super) fn moved(&self) {
        let elapsed = u64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.moved.store(elapsed, Ordering::Relaxed);
        self.awaits_client.store(false, Ordering::Relaxed);
    }

    /// The endpoint would take more of the body than the client has sent so far, or no longer so.
    pub(super) fn set_awaits_client(&self, awaits_client: bool) {
        self.awaits_client.store(awaits_client, Ordering::Relaxed);
    }

    /// Whether the client owes the next part of its body.
    pub(super) fn awaits_client(&self) -> bool {
        self.awaits_client.load(Ordering::Relaxed)
    }

    /// When the last part went to the connection, or the exchange began.
    pub(super) fn last_moved(&self) -> Instant {
        self.epoch + Duration::from_micros(self.moved.load(Ordering::Relaxed))
    }
}

//! The requests of a window, counted.

use std::sync::atomic::{AtomicU32, Ordering};

use super::outliers::Window;

/// The requests of a window, counted as they end.
#[derive(Debug, Default)]
pub(super) struct Tally {
    requests: AtomicU32,
    failures: AtomicU32,
}

impl Tally {
    /// One more.
    pub(super) fn count(&self, has_failed: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if has_failed {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What the window showed; the next one begins. A request that ends just now may count in either.
    pub(super) fn close(&self) -> Window {
        let requests = self.requests.swap(0, Ordering::Relaxed);
        Window {
            requests,
            failures: self.failures.swap(0, Ordering::Relaxed).min(requests),
        }
    }
}

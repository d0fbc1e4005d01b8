//! How often something has happened.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often something has happened since the process began. It belongs to what it counts (a listener, an
/// upstream), and whoever exports it reads it there; counting costs one relaxed addition.
///
/// ```
/// use gateway_core::counter::Counter;
///
/// let resets = Counter::new();
/// resets.add(1);
/// assert_eq!(resets.get(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Nothing has happened yet.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// It happened once more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// It happened `times` more.
    pub fn add(&self, times: u64) {
        self.0.fetch_add(times, Ordering::Relaxed);
    }

    /// How often it has happened so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

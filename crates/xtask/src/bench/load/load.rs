//! What clients saw.

use std::time::Duration;

/// The outcome of sending requests for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Load {
    /// The requests that were answered.
    pub(crate) requests: u64,
    /// Those that were answered by something else than 2xx or 3xx, or not at all.
    pub(crate) failed: u64,
    /// Answers per second.
    pub(crate) per_second: f64,
    /// Half of the answers took no longer.
    pub(crate) p50: Duration,
    /// Of a hundred answers 99 took no longer.
    pub(crate) p99: Duration,
}

//! Within which bounds a limit is looked for.

use std::time::Duration;

/// Within which bounds a limit is looked for; valid by construction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AdaptiveRules {
    /// The limit is never below. At least 1.
    pub(crate) min: usize,
    /// The limit is never above. At least `min`.
    pub(crate) max: usize,
    /// How much longer than alone a response may take before the limit shrinks: 0.5 is half as long again.
    pub(crate) tolerance: f64,
    /// How long outcomes are gathered before the limit changes.
    pub(crate) window: Duration,
    /// After how long under full load the latency without load is measured anew.
    pub(crate) probe: Duration,
}

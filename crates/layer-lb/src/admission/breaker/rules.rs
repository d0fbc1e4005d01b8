//! When a circuit opens, and how it closes again.

use std::time::Duration;

/// When a circuit opens, and how it closes again; valid by construction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BreakerRules {
    /// The share of attempts, from 0 to 1, that must have failed.
    pub(crate) failures: f64,
    /// What is too slow, and how much of that is too much.
    pub(crate) slow: Option<SlowRule>,
    /// How far back attempts count.
    pub(crate) window: Duration,
    /// How many attempts there must have been before a share says anything.
    pub(crate) at_least: u32,
    /// How long it stays open for the first time.
    pub(crate) open: Duration,
    /// How long it stays open at most, however often the trial has failed.
    pub(crate) max_open: Duration,
    /// How many requests are let through to see whether the upstream is back.
    pub(crate) trial: u32,
    /// How long the share of requests that pass grows until it is the whole.
    pub(crate) recovery: Duration,
}

/// What is too slow, and how much of that is too much. A share of 5 % puts a limit on the 95th percentile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SlowRule {
    /// An attempt that takes longer is slow.
    pub(crate) than: Duration,
    /// The share of attempts, from 0 to 1, that must have been slow.
    pub(crate) share: f64,
}

impl BreakerRules {
    /// How long the circuit stays open for the `trips`-th time in a row: twice as long each time, up to the most,
    /// and up to a fifth less by `dice`, a number from 0 to 1. So gateways that saw the same outage do not all come
    /// back in the same moment.
    pub(super) fn open_for(&self, trips: u32, dice: f64) -> Duration {
        let doublings = trips.saturating_sub(1).min(31);
        let longest = self.open.saturating_mul(1 << doublings).min(self.max_open);
        longest.mul_f64(1.0 - 0.2 * dice.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::machine::tests::rules;
    use super::*;

    #[test]
    fn it_stays_open_longer_each_time_up_to_the_most() {
        let rules = BreakerRules {
            open: Duration::from_secs(5),
            max_open: Duration::from_secs(30),
            ..rules()
        };
        let seconds = [1, 2, 3, 4, 5, 1000, u32::MAX].map(|n| rules.open_for(n, 0.0).as_secs());
        assert_eq!(seconds, [5, 10, 20, 30, 30, 30, 30]);
        assert_eq!(rules.open_for(1, 1.0), Duration::from_secs(4));
        assert_eq!(rules.open_for(1, 0.5), Duration::from_millis(4500));
        assert_eq!(rules.open_for(1, f64::INFINITY), Duration::from_secs(4));
    }
}

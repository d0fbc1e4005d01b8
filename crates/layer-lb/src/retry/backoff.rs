//! How long to wait before a request is sent again.

use std::time::Duration;

/// How long to wait before a request is sent again: at random, from 0 up to a bound that grows with each retry
/// ("full jitter"), so that those who failed together do not come again together. The bound is that of Envoy:
/// `base × (2ⁿ - 1)` before the n-th retry, and never more than `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Backoff {
    pub(super) base: Duration,
    pub(super) max: Duration,
}

impl Backoff {
    /// How long to wait before the `retry`-th time that a request is sent again, counted from 1. `random` is from
    /// 0 to 1.
    pub(super) fn wait(self, retry: u32, random: f64) -> Duration {
        let factor = 1_u32.checked_shl(retry).map_or(u32::MAX, |power| power - 1);
        let bound = self.base.saturating_mul(factor).min(self.max);
        bound.mul_f64(random.clamp(0.0, 1.0))
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(25),
            max: Duration::from_millis(250),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_grows_up_to_a_limit() {
        let backoff = Backoff::default();
        let bounds =
            [1, 2, 3, 4, 31, 32, u32::MAX].map(|retry| backoff.wait(retry, 1.0).as_millis());
        assert_eq!(bounds, [25, 75, 175, 250, 250, 250, 250]);
    }

    #[test]
    fn below_the_bound_chance_decides() {
        let backoff = Backoff::default();
        assert_eq!(backoff.wait(3, 0.0), Duration::ZERO);
        assert_eq!(backoff.wait(1, 0.4), Duration::from_millis(10));
    }

    #[test]
    fn the_longest_times_do_no_harm() {
        let backoff = Backoff {
            base: Duration::MAX,
            max: Duration::from_secs(1 << 40),
        };
        assert_eq!(backoff.wait(5, 0.5), Duration::from_secs(1 << 39));
    }
}

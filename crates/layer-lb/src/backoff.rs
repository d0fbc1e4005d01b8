//! When what failed in the background is tried again.

use std::time::Duration;

/// How long to wait after so many failures in a row: twice as long after each, and less by up to a half at random,
/// so that gateways which lost the same source or endpoint do not return to it together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    /// After the first failure.
    pub(crate) first: Duration,
    /// However many there were.
    pub(crate) longest: Duration,
}

impl Backoff {
    /// The wait after `failures` in a row, at least one; `chance` is from 0 to 1.
    pub(crate) fn wait(self, failures: u32, chance: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        let whole = self.first.saturating_mul(1 << doublings).min(self.longest);
        whole.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_a_limit_and_is_shortened_by_half_at_most() {
        let backoff = Backoff {
            first: Duration::from_millis(250),
            longest: Duration::from_secs(5),
        };
        let waits = [1, 2, 3, 6, u32::MAX].map(|failures| backoff.wait(failures, 0.0).as_millis());
        assert_eq!(waits, [250, 500, 1000, 5000, 5000]);
        assert_eq!(backoff.wait(1, 1.0).as_millis(), 125);
        assert_eq!(backoff.wait(9, 0.5).as_millis(), 3750);
    }
}

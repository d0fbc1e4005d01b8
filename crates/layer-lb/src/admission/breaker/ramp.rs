//! Letting a growing share of the requests pass.

use std::time::Duration;

/// The share that passes when the ramp begins.
const FIRST_SHARE: f64 = 0.1;

/// Lets a growing share of the requests pass, evenly among them: no burst is let through at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ramp {
    begin: Duration,
    /// What is left of the shares of the requests so far, from 0 to 1.
    credit: f64,
}

impl Ramp {
    /// A ramp that begins now.
    pub(super) fn begin(now: Duration) -> Self {
        Self {
            begin: now,
            credit: 0.0,
        }
    }

    /// The share that passes at `now`: from a tenth to the whole in `length`; `None` when it is over.
    pub(super) fn share(&self, now: Duration, length: Duration) -> Option<f64> {
        let passed = now.saturating_sub(self.begin);
        if passed >= length {
            return None;
        }
        let part = passed.as_secs_f64() / length.as_secs_f64();
        Some(FIRST_SHARE + (1.0 - FIRST_SHARE) * part)
    }

    /// Whether a request passes while `share` do.
    pub(super) fn lets_pass(&mut self, share: f64) -> bool {
        self.credit += share;
        let passes = self.credit >= 1.0;
        if passes {
            self.credit -= 1.0;
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_grows_evenly_and_is_kept_exactly() {
        let seconds = Duration::from_secs;
        let mut ramp = Ramp::begin(seconds(100));
        for (second, percent) in [(0, 10.0), (10, 40.0), (15, 55.0), (20, 70.0)] {
            let share = ramp.share(seconds(100 + second), seconds(30)).unwrap();
            assert!((share * 100.0 - percent).abs() < 1e-9, "{share}");
            let passed = (0..10_000).filter(|_| ramp.lets_pass(share)).count();
            assert!(
                passed.abs_diff((percent * 100.0) as usize) <= 1,
                "{passed} of {percent} %"
            );
        }
        assert_eq!(ramp.share(seconds(130), seconds(30)), None);
    }
}

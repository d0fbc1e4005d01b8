//! Counts of times, by their size.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Each power of two is divided into so many buckets: a quantile is wrong by at most an eighth.
const PARTS: u32 = 8;
/// Times from 2²⁶ µs on, a minute, are all the same.
const POWERS: u32 = 27;
const BUCKETS: usize = (PARTS * POWERS) as usize;

/// Counts of times, each in one of 216 buckets that grow with the time, from a microsecond to a minute. To record a
/// time is one atomic addition.
#[derive(Debug)]
pub(super) struct Buckets([AtomicU32; BUCKETS]);

impl Buckets {
    /// Nothing is recorded yet.
    pub(super) fn new() -> Self {
        Self([const { AtomicU32::new(0) }; BUCKETS])
    }

    /// `time` has been measured once.
    pub(super) fn record(&self, time: Duration) {
        if let Some(count) = self.0.get(index(time)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many times are recorded.
    pub(super) fn count(&self) -> u64 {
        let counts = self
            .0
            .iter()
            .map(|count| u64::from(count.load(Ordering::Relaxed)));
        counts.sum()
    }

    /// The time that `share` of all recorded times do not exceed; `None` where there are none.
    pub(super) fn quantile(&self, share: f64) -> Option<Duration> {
        let all = self.count();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a count is a count"
        )]
        let rank = ((all as f64 * share).ceil() as u64).clamp(1, all.max(1));
        let mut seen = 0;
        for (index, count) in self.0.iter().enumerate() {
            seen += u64::from(count.load(Ordering::Relaxed));
            if seen >= rank {
                return Some(upper_bound(index));
            }
        }
        None
    }

    /// Halves all counts: what is old counts less and less.
    pub(super) fn decay(&self) {
        for count in &self.0 {
            let now = count.load(Ordering::Relaxed);
            // What is added meanwhile stays.
            count.fetch_sub(now - now / 2, Ordering::Relaxed);
        }
    }
}

/// The bucket of `time`: its power of two, and the three bits after the first.
fn index(time: Duration) -> usize {
    let most = (1_u128 << POWERS) - 1;
    let micros = u32::try_from(time.as_micros().clamp(1, most)).unwrap_or(u32::MAX);
    let power = micros.ilog2();
    let part = ((u64::from(micros) * u64::from(PARTS)) >> power) - u64::from(PARTS);
    usize::try_from(u64::from(power * PARTS) + part).unwrap_or(BUCKETS - 1)
}

/// The longest time in the bucket at `index`, and one microsecond.
fn upper_bound(index: usize) -> Duration {
    let index = u64::try_from(index).unwrap_or(u64::MAX);
    let (power, part) = (index / u64::from(PARTS), index % u64::from(PARTS));
    let micros = ((u64::from(PARTS) + part + 1) << power).div_ceil(u64::from(PARTS));
    Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_has_a_bucket_whose_bound_is_near() {
        let mut last = 0;
        for micros in (1..10_000).chain((10_000..100_000_000).step_by(9973)) {
            let time = Duration::from_micros(micros);
            let index = index(time);
            assert!(index >= last && index < BUCKETS, "{micros}");
            last = index;
            let bound = upper_bound(index);
            assert!(bound > time, "{micros}");
            assert!(
                bound.as_micros() <= u128::from(micros + 1 + micros / 8),
                "{micros}"
            );
        }
        assert_eq!(index(Duration::ZERO), 0);
        assert_eq!(index(Duration::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_near_what_was_recorded() {
        let buckets = Buckets::new();
        assert_eq!(buckets.quantile(0.5), None);
        for millis in 1..=1000 {
            buckets.record(Duration::from_millis(millis));
        }
        for (share, millis) in [(0.0, 1), (0.5, 500), (0.95, 950), (1.0, 1000)] {
            let quantile = buckets.quantile(share).unwrap();
            let expected = Duration::from_millis(millis);
            assert!(
                quantile >= expected && quantile <= expected.mul_f64(1.126),
                "{share}: {quantile:?}"
            );
        }
    }

    #[test]
    fn what_is_old_counts_half() {
        let buckets = Buckets::new();
        for _ in 0..100 {
            buckets.record(Duration::from_millis(1));
        }
        buckets.decay();
        assert_eq!(buckets.count(), 50);
        for _ in 0..60 {
            buckets.record(Duration::from_millis(100));
        }
        assert!(buckets.quantile(0.5).unwrap() > Duration::from_millis(99));
        for _ in 0..10 {
            buckets.decay();
        }
        assert_eq!(buckets.count(), 0);
    }
}

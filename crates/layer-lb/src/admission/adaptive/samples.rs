//! The latencies of one window.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How many bits of the word count samples; the rest is their sum.
const COUNT_BITS: u32 = 24;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
/// Parts of a factor of two: each sample is rounded to 0.3 %.
const STEPS: f64 = 256.0;

/// The latencies of one window: how many, and the sum of their logarithms, in one word, so that a sample costs one
/// addition and the two never disagree.
#[derive(Debug, Default)]
pub(super) struct Samples(AtomicU64);

impl Samples {
    /// One more; says how many there are now.
    pub(super) fn add(&self, latency: Duration) -> u64 {
        let nanoseconds = latency.as_secs_f64() * 1e9;
        // At most 2^14 for ten years.
        let steps = (nanoseconds.max(1.0).log2() * STEPS).round() as u64;
        let before = self.0.fetch_add((steps << COUNT_BITS) + 1, Relaxed);
        (before & COUNT_MASK) + 1
    }

    /// How many there are and their geometric mean in seconds; forgets them.
    pub(super) fn take(&self) -> (u64, f64) {
        let word = self.0.swap(0, Relaxed);
        let (count, sum) = (word & COUNT_MASK, word >> COUNT_BITS);
        if count == 0 {
            return (0, 0.0);
        }
        (count, (sum as f64 / STEPS / count as f64).exp2() / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_geometric() {
        let samples = Samples::default();
        assert_eq!(samples.take(), (0, 0.0));
        assert_eq!(samples.add(Duration::from_millis(1)), 1);
        assert_eq!(samples.add(Duration::from_millis(100)), 2);
        let (count, mean) = samples.take();
        assert_eq!(count, 2);
        assert!((mean / 0.010 - 1.0).abs() < 0.01, "{mean}");
        assert_eq!(samples.take().0, 0);
        for _ in 0..100_000 {
            samples.add(Duration::from_secs(86_400));
        }
        assert!((samples.take().1 / 86_400.0 - 1.0).abs() < 0.01);
    }
}

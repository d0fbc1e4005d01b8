//! What is known of an endpoint's latency.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// After how long an old latency counts 1/e. Linkerd's and Finagle's default.
const DECAY_SECONDS: f32 = 10.0;

/// Ticks of the clock that is kept beside the latency, in one second: 61 µs each. It runs over after three days, when
/// what is said then of an endpoint that nobody asked since is what was true three days ago, for some seconds.
const TICKS_A_SECOND: u64 = 1 << 14;

/// How long nobody needs to have asked before the latency is taken to get better by itself: five seconds in ticks. One
/// that is asked seldom for its low weight is known all the same.
const QUIET: u32 = 5 << 14;

/// The worst that can be noted, in seconds: beyond any timeout, and far from what a float cannot hold.
const WORST: f32 = 86_400.0;

/// What a request takes at an endpoint at worst: the peak-sensitive, exponentially weighted moving average of its
/// latency. A response that takes longer counts at once and in full; those that take less bring it down over ten
/// seconds. It is Finagle's `PeakEwma`, which Linkerd and tower took over, without a lock: the latency and when it was
/// noted share one atomic.
///
/// Who asks gets a latency that decays five seconds after the last response, so that an endpoint that was slow once, and
/// is therefore not chosen, is tried again some day.
///
/// ```
/// use std::time::Duration;
///
/// use layer_lb::balance::PeakEwma;
/// use tokio::time::Instant;
///
/// let latency = PeakEwma::default();
/// let now = Instant::now();
/// assert_eq!(latency.get(now), None);
/// latency.observe(Duration::from_millis(250), now);
/// latency.observe(Duration::from_millis(10), now);
/// assert_eq!(latency.get(now), Some(0.25));
/// assert!(latency.get(now + Duration::from_secs(20)).unwrap() < 0.1);
/// ```
#[derive(Debug)]
pub struct PeakEwma {
    start: Instant,
    /// The bits of the latency in seconds, then the tick when it was noted; 0 while nothing is known.
    state: AtomicU64,
}

impl PeakEwma {
    /// Of an endpoint that nobody knows anything of at `start`.
    pub fn new(start: Instant) -> Self {
        Self {
            start,
            state: AtomicU64::new(0),
        }
    }

    /// A request took `elapsed`, and its response came at `now`.
    pub fn observe(&self, elapsed: Duration, now: Instant) {
        self.note(
            elapsed.as_secs_f32().clamp(f32::MIN_POSITIVE, WORST),
            self.tick(now),
        );
    }

    /// A request would have taken longer than `elapsed`, for it failed or nobody waited for its end: this never brings
    /// the latency down.
    pub fn observe_at_least(&self, elapsed: Duration, now: Instant) {
        let known = read(self.state.load(Ordering::Relaxed)).map_or(0.0, |(latency, _)| latency);
        if elapsed.as_secs_f32() >= known {
            self.observe(elapsed, now);
        }
    }

    /// The latency in seconds, as it is at `now`; `None` while nothing is known.
    pub fn get(&self, now: Instant) -> Option<f32> {
        let (latency, noted) = read(self.state.load(Ordering::Relaxed))?;
        Some(latency * what_remains(noted.wrapping_add(QUIET), self.tick(now)))
    }

    fn note(&self, latency: f32, now: u32) {
        // Whoever is quicker has noted something just as new; only a peak must not get lost, and another round is
        // needed for it only where others have noted less meanwhile.
        let next = |state| match read(state) {
            Some((known, noted)) if latency < known => {
                let remains = what_remains(noted, now);
                // Nothing has passed since: a tick is too short to be weighed.
                (remains < 1.0).then(|| write(known * remains + latency * (1.0 - remains), now))
            }
            _ => Some(write(latency, now)),
        };
        let _ = self
            .state
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    fn tick(&self, now: Instant) -> u32 {
        let passed = now.saturating_duration_since(self.start);
        let fraction = u64::from(passed.subsec_nanos()) * TICKS_A_SECOND / 1_000_000_000;
        let whole = passed.as_secs().wrapping_mul(TICKS_A_SECOND);
        // Modulo 2³², as the clock runs over.
        whole.wrapping_add(fraction) as u32
    }
}

fn write(latency: f32, now: u32) -> u64 {
    u64::from(latency.to_bits()) << 32 | u64::from(now)
}

fn read(state: u64) -> Option<(f32, u32)> {
    let latency = f32::from_bits((state >> 32) as u32);
    (latency > 0.0).then_some((latency, state as u32))
}

/// What remains of what was noted at the tick `noted`.
fn what_remains(noted: u32, now: u32) -> f32 {
    let passed = now.wrapping_sub(noted);
    // Another thread may have noted something a moment ahead of us.
    if passed == 0 || passed > u32::MAX / 2 {
        return 1.0;
    }
    (-(passed as f32) / (TICKS_A_SECOND as f32 * DECAY_SECONDS)).exp()
}

impl Default for PeakEwma {
    fn default() -> Self {
        Self::new(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// The latency in whole milliseconds.
    fn shown(latency: &PeakEwma, now: Instant) -> Option<u64> {
        latency
            .get(now)
            .map(|seconds| (seconds * 1000.0).round() as u64)
    }

    #[test]
    fn a_peak_counts_at_once_and_decays() {
        let (latency, start) = (PeakEwma::default(), Instant::now());
        assert_eq!(shown(&latency, start), None);
        latency.observe(ms(10), start);
        assert_eq!(shown(&latency, start), Some(10));
        latency.observe(ms(500), start + ms(1));
        assert_eq!(shown(&latency, start + ms(1)), Some(500));
        for later in 1..=300 {
            latency.observe(ms(10), start + ms(later * 100));
        }
        // Three times ten seconds later: e⁻³ of 490 ms is left above 10 ms.
        assert_eq!(shown(&latency, start + ms(30_000)), Some(34));
    }

    #[test]
    fn who_is_not_asked_looks_better_with_time() {
        let (latency, start) = (PeakEwma::default(), Instant::now());
        latency.observe(ms(1000), start);
        assert_eq!(shown(&latency, start + ms(5_000)), Some(1000));
        assert_eq!(shown(&latency, start + ms(15_000)), Some(368));
        assert_eq!(shown(&latency, start + ms(100_000)), Some(0));
        // It is no better than it was.
        latency.observe(ms(1000), start + ms(100_000));
        assert_eq!(shown(&latency, start + ms(100_000)), Some(1000));
    }

    #[test]
    fn what_did_not_end_only_raises() {
        let (latency, start) = (PeakEwma::default(), Instant::now());
        latency.observe_at_least(ms(10), start);
        assert_eq!(shown(&latency, start), Some(10));
        latency.observe_at_least(ms(1000), start);
        assert_eq!(shown(&latency, start), Some(1000));
        latency.observe_at_least(ms(1), start + ms(10_000));
        assert_eq!(shown(&latency, start), Some(1000));
    }

    #[test]
    fn time_that_goes_back_changes_nothing() {
        let (latency, start) = (PeakEwma::default(), Instant::now());
        latency.observe(ms(100), start + ms(500));
        assert_eq!(shown(&latency, start), Some(100));
        latency.observe(ms(10), start);
        assert_eq!(shown(&latency, start + ms(500)), Some(100));
    }
}

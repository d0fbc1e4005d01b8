//! A quantile of the times that an upstream has taken lately.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::buckets::Buckets;

/// How often the quantile is looked up in the counts. In between it is one number.
const REFRESH: Duration = Duration::from_millis(100);
/// How often all counts are halved.
const HALF_LIFE: Duration = Duration::from_secs(10);
/// How many times must be known before anything is said of them.
const LEAST: u64 = 100;

/// A quantile of the times that an upstream has taken lately to answer. What is older counts less, by half in ten
/// seconds. It takes no lock and starts no task: whoever records a time when something is due does that.
#[derive(Debug)]
pub(crate) struct Latency {
    share: f64,
    buckets: Buckets,
    epoch: Instant,
    /// In nanoseconds; 0 while it is not known.
    quantile: AtomicU64,
    /// When it is looked up again and when the counts are halved, in milliseconds since the epoch.
    next_refresh: AtomicU64,
    next_decay: AtomicU64,
}

impl Latency {
    /// Nothing is known yet. `share`, from 0 to 1, of the times do not exceed the quantile.
    pub(crate) fn new(share: f64) -> Self {
        Self {
            share,
            buckets: Buckets::new(),
            epoch: Instant::now(),
            quantile: AtomicU64::new(0),
            next_refresh: AtomicU64::new(0),
            next_decay: AtomicU64::new(millis(HALF_LIFE)),
        }
    }

    /// An endpoint has taken `time` to answer, which it did at `now`.
    pub(crate) fn record(&self, time: Duration, now: Instant) {
        self.buckets.record(time);
        let now = millis(now.saturating_duration_since(self.epoch));
        if is_due(&self.next_decay, now, HALF_LIFE) {
            self.buckets.decay();
        }
        if is_due(&self.next_refresh, now, REFRESH) {
            self.refresh();
        }
    }

    /// The quantile as it was when it was last looked up; `None` while too little is known.
    pub(crate) fn quantile(&self) -> Option<Duration> {
        let nanos = self.quantile.load(Ordering::Relaxed);
        (nanos > 0).then(|| Duration::from_nanos(nanos))
    }

    fn refresh(&self) {
        let is_known = self.buckets.count() >= LEAST;
        let quantile = self.buckets.quantile(self.share).filter(|_| is_known);
        let nanos = quantile.map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        self.quantile.store(nanos, Ordering::Relaxed);
    }
}

/// Whether what is due at `next` is so at `now`; if so, it is due again a `pause` later, and no one else is told so.
fn is_due(next: &AtomicU64, now: u64, pause: Duration) -> bool {
    let due = next.load(Ordering::Relaxed);
    let then = now + millis(pause);
    now >= due
        && next
            .compare_exchange(due, then, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Records `count` times of `time`, one a millisecond from `now` on; returns when it has done so.
    fn record(latency: &Latency, count: u32, time: Duration, mut now: Instant) -> Instant {
        for _ in 0..count {
            latency.record(time, now);
            now += MS;
        }
        now
    }

    #[test]
    fn nothing_is_said_of_a_few() {
        let latency = Latency::new(0.95);
        let now = record(&latency, 99, MS, latency.epoch);
        latency.record(MS, now + REFRESH);
        let known = latency.quantile();
        assert!(
            known.is_some_and(|time| time >= MS && time <= MS * 5 / 4),
            "{known:?}"
        );
        let latency = Latency::new(0.95);
        let now = record(&latency, 98, MS, latency.epoch);
        latency.record(MS, now + REFRESH);
        assert_eq!(latency.quantile(), None);
    }

    #[test]
    fn it_follows_what_changes() {
        let latency = Latency::new(0.9);
        let now = record(&latency, 10_000, MS, latency.epoch);
        let now = record(&latency, 100, 50 * MS, now);
        assert!(
            latency.quantile().unwrap() < 2 * MS,
            "one in a hundred is none in ten"
        );
        // One in five is slow.
        let mut later = now;
        for _ in 0..8000 {
            later = record(&latency, 4, MS, later);
            later = record(&latency, 1, 50 * MS, later);
        }
        assert!(latency.quantile().unwrap() >= 50 * MS);
        record(&latency, 60_000, 2 * MS, later);
        assert!(latency.quantile().unwrap() < 4 * MS);
    }
}

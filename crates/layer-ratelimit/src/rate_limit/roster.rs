//! Which keys have a bucket of their own.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use dashmap::DashMap;

use super::Fingerprint;

/// Which keys have a bucket of their own, and when each was last seen. At most `max` are on it; one that has
/// been idle long enough for its bucket to be full again is struck off, since it would start the same anew.
///
/// The store behind tower_governor's limiter can neither count nor refuse keys; this stands before it.
/// Times are nanoseconds since the limiter began.
#[derive(Debug)]
pub(crate) struct Roster {
    seen: DashMap<Fingerprint, AtomicU64>,
    /// At least the number of keys in `seen`: a place is taken before the key goes in.
    taken: AtomicUsize,
    max: usize,
    idle: u64,
    next_sweep: AtomicU64,
}

/// How often idle keys are looked for: as often as a bucket fills up, within these bounds.
const SWEEP_AT_MOST_EVERY: Duration = Duration::from_secs(1);
const SWEEP_AT_LEAST_EVERY: Duration = Duration::from_secs(60);

impl Roster {
    /// A roster with room for `max` keys, each kept until it has been idle for `idle`.
    pub(crate) fn new(max: usize, idle: Duration) -> Self {
        Self {
            seen: DashMap::new(),
            taken: AtomicUsize::new(0),
            max,
            idle: nanos(idle),
            next_sweep: AtomicU64::new(0),
        }
    }

    /// Whether `key` is on the roster; if so it is seen `now`.
    pub(crate) fn greet(&self, key: Fingerprint, now: u64) -> bool {
        self.seen
            .get(&key)
            .map(|seen| seen.store(now, Relaxed))
            .is_some()
    }

    /// Puts `key` on the roster; false when there is no room.
    pub(crate) fn enroll(&self, key: Fingerprint, now: u64) -> bool {
        let room = |taken| (taken < self.max).then_some(taken + 1);
        if self.taken.fetch_update(Relaxed, Relaxed, room).is_err() {
            return false;
        }
        if self.seen.insert(key, AtomicU64::new(now)).is_some() {
            // Another thread was quicker with the same key.
            self.taken.fetch_sub(1, Relaxed);
        }
        true
    }

    /// Whether it is time to look for idle keys; true for one caller alone.
    pub(crate) fn is_sweep_due(&self, now: u64) -> bool {
        let due = self.next_sweep.load(Relaxed);
        let (least, most) = (nanos(SWEEP_AT_MOST_EVERY), nanos(SWEEP_AT_LEAST_EVERY));
        let next = now.saturating_add(self.idle.clamp(least, most));
        now >= due
            && self
                .next_sweep
                .compare_exchange(due, next, Relaxed, Relaxed)
                .is_ok()
    }

    /// Strikes off the keys that have been idle long enough.
    pub(crate) fn sweep(&self, now: u64) {
        let mut freed = 0;
        self.seen.retain(|_, seen| {
            let stays = now.saturating_sub(seen.load(Relaxed)) < self.idle;
            freed += usize::from(!stays);
            stays
        });
        self.taken.fetch_sub(freed, Relaxed);
    }

    /// Whether there is no room for another key.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.load(Relaxed) >= self.max
    }

    /// How many keys are on the roster.
    pub(crate) fn len(&self) -> usize {
        self.taken.load(Relaxed)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn room_comes_back_when_keys_have_been_idle() {
        let roster = Roster::new(2, Duration::from_secs(10));
        let [a, b, c] = [1, 2, 3].map(Fingerprint);
        assert!(roster.enroll(a, 0) && roster.enroll(b, 0));
        assert!(!roster.enroll(c, 0));
        assert!(roster.greet(a, 5 * SECOND) && !roster.greet(c, 5 * SECOND));
        roster.sweep(10 * SECOND);
        assert_eq!(roster.len(), 1);
        assert!(roster.enroll(c, 10 * SECOND));
        assert!(roster.greet(a, 10 * SECOND) && !roster.greet(b, 10 * SECOND));
    }

    #[test]
    fn a_key_takes_one_place_however_often_it_comes() {
        let roster = Roster::new(2, Duration::from_secs(10));
        assert!(roster.enroll(Fingerprint(1), 0) && roster.enroll(Fingerprint(1), 0));
        assert_eq!(roster.len(), 1);
    }

    #[test]
    fn threads_do_not_lose_places() {
        let roster = Roster::new(100, Duration::from_secs(10));
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let roster = &roster;
                scope.spawn(move || {
                    for key in (0..20_000).map(|n| Fingerprint((n * 7 + thread) % 300)) {
                        let _ = roster.greet(key, 0) || roster.enroll(key, 0);
                        assert!(roster.seen.len() <= 100);
                    }
                });
            }
        });
        assert_eq!((roster.seen.len(), roster.len()), (100, 100));
        roster.sweep(10 * SECOND);
        assert_eq!((roster.seen.len(), roster.len()), (0, 0));
    }

    #[test]
    fn sweeps_keep_their_distance() {
        let roster = Roster::new(2, Duration::from_millis(1));
        assert!(roster.is_sweep_due(0));
        assert!(!roster.is_sweep_due(SECOND - 1));
        assert!(roster.is_sweep_due(SECOND));
        let roster = Roster::new(2, Duration::from_secs(86_400));
        assert!(roster.is_sweep_due(0));
        assert!(roster.is_sweep_due(60 * SECOND));
    }
}

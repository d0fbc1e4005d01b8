//! How often requests may be sent more than once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gateway_core::config::Percent;
use tokio::time::Instant;

/// How long requests are remembered: a second, in parts of 50 ms.
const SLOTS: usize = 20;
const SLOT: Duration = Duration::from_millis(50);
const SLOTS_PER_SECOND: u64 = 20;

/// What was spent lately.
#[derive(Debug, Default)]
struct Spent {
    /// The number of a slot, and how often requests were sent once more in it.
    slots: [(u64, u64); SLOTS + 1],
    /// How often requests were sent once more when nothing was left for it. Whoever asks next pays for it.
    owed: u64,
}

/// How often the requests to an upstream may be sent more than once, by all routes together: within a second, as
/// often as a share of the requests that came within that second, but always a few times.
///
/// It is a rate and not, as Envoy's `retry_budget` is, a share of the requests in flight: of those that fail fast
/// there are hardly any in flight, and a few at a time are as many as one likes. It is over one second and not, as
/// Finagle's `RetryBudget` is, over ten with a minimum on top: what was saved up would be spent at once when the
/// service fails.
#[derive(Debug)]
pub(crate) struct Budget {
    share: f64,
    per_second: u64,
    /// What slots are counted from.
    epoch: Instant,
    /// The requests of the last slots: the number of the slot in the upper half, the count in the lower.
    requests: [AtomicU64; SLOTS],
    /// How often requests were sent once more. They are remembered for one slot longer than requests, so that the
    /// share holds for any second and not for one that begins where a slot does.
    spent: Mutex<Spent>,
}

impl Budget {
    /// `share` of the requests, but always `per_second` times in a second.
    pub(crate) fn new(share: Percent, per_second: u32) -> Self {
        Self {
            share: share.fraction(),
            per_second: per_second.into(),
            epoch: Instant::now(),
            requests: [const { AtomicU64::new(0) }; SLOTS],
            spent: Mutex::default(),
        }
    }

    /// A request has come at `now`, which is sent for the first time.
    pub(crate) fn count(&self, now: Instant) {
        let slot = self.slot(now);
        let Some(counter) = self.requests.get(index(slot, SLOTS)) else {
            return;
        };
        let mut seen = counter.load(Ordering::Relaxed);
        // Where others begin the slot at the same time, one of them does.
        while seen >> 32 < slot {
            let begun = slot << 32 | 1;
            match counter.compare_exchange_weak(seen, begun, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => seen = other,
            }
        }
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether a request may be sent once more at `now`; if so, it is counted.
    pub(crate) fn take(&self, now: Instant) -> bool {
        let slot = self.slot(now);
        let allowed = self.allowed(slot);
        self.with_spent(|spent| {
            while spent.before(slot) < allowed {
                spent.note(slot);
                if spent.owed == 0 {
                    return true;
                }
                spent.owed -= 1;
            }
            false
        })
    }

    /// A request is sent once more at `now`, whether or not there is anything left: that leaves less for others, now or
    /// later.
    pub(crate) fn charge(&self, now: Instant) {
        let slot = self.slot(now);
        let allowed = self.allowed(slot);
        self.with_spent(|spent| {
            if spent.before(slot) < allowed {
                spent.note(slot);
            } else {
                spent.owed += 1;
            }
        });
    }

    /// How often requests may be sent once more within the time that ends with `slot`.
    fn allowed(&self, slot: u64) -> u64 {
        let all: u64 = self
            .requests
            .iter()
            .map(|counter| {
                let seen = counter.load(Ordering::Relaxed);
                let is_recent = slot.saturating_sub(seen >> 32) < SLOTS as u64;
                if is_recent {
                    seen & u64::from(u32::MAX)
                } else {
                    0
                }
            })
            .sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a count is a count"
        )]
        let share = (all as f64 * self.share) as u64;
        share.max(self.per_second)
    }

    fn with_spent<T>(&self, look: impl FnOnce(&mut Spent) -> T) -> T {
        look(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The number of the slot that `now` is in. The first one is that of a time long ago, which is never recent.
    fn slot(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.epoch);
        let slot = since.as_secs() * SLOTS_PER_SECOND
            + u64::from(since.subsec_millis()) / SLOT.as_millis() as u64;
        slot + SLOTS as u64 + 1
    }
}

impl Spent {
    /// How often requests were sent once more within the time that ends with `slot`.
    fn before(&self, slot: u64) -> u64 {
        let is_recent = |then: u64| slot.saturating_sub(then) <= SLOTS as u64;
        let recent = self.slots.iter().filter(|(then, _)| is_recent(*then));
        recent.map(|(_, count)| count).sum()
    }

    /// A request is sent once more in `slot`.
    fn note(&mut self, slot: u64) {
        if let Some((then, count)) = self.slots.get_mut(index(slot, SLOTS + 1)) {
            if *then != slot {
                (*then, *count) = (slot, 0);
            }
            *count += 1;
        }
    }
}

/// Where a slot stands in a ring of `length`.
#[expect(clippy::cast_possible_truncation, reason = "the remainder is small")]
fn index(slot: u64, length: usize) -> usize {
    (slot % length as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn budget() -> Budget {
        Budget::new(Percent::new(20.0), 10)
    }

    /// How many of `requests` a second, all of which fail, are sent again in each second of 30. The first of them
    /// comes `after` the budget began; before the outage requests come for 2 s, which succeed.
    fn outage(budget: &Budget, requests: u32, after: Duration) -> Vec<u32> {
        let start = budget.epoch + after;
        let pause = Duration::from_secs(1) / requests;
        let mut again = vec![0; 30];
        for number in 0..requests * 32 {
            let now = start + pause * number;
            budget.count(now);
            let since = now - start;
            // A request that is sent again fails 2 ms later.
            if let Some(second) = since.as_secs().checked_sub(2)
                && budget.take(now + 2 * MS)
            {
                again[usize::try_from(second).unwrap()] += 1;
            }
        }
        again
    }

    #[test]
    fn an_outage_costs_a_fifth_more_in_each_second_and_as_a_whole() {
        for after in [0, 7, 20, 49] {
            let again = outage(&budget(), 1000, after * MS);
            let all: u32 = again.iter().sum();
            assert!(all <= 6000, "{all} of 30000");
            assert!(again.iter().all(|second| *second <= 200), "{again:?}");
            assert!(all > 5000, "it is used: {all}");
        }
    }

    #[test]
    fn what_is_rare_may_always_be_sent_again() {
        let again = outage(&budget(), 5, Duration::ZERO);
        assert_eq!(again, [5; 30]);
        let again = outage(&budget(), 30, Duration::ZERO);
        assert!(
            again.iter().all(|second| (9..=10).contains(second)),
            "{again:?}"
        );
    }

    #[test]
    fn those_that_fail_together_may_be_sent_again_together() {
        let budget = budget();
        let now = budget.epoch;
        for _ in 0..500 {
            budget.count(now);
        }
        let taken = (0..500).filter(|_| budget.take(now + 900 * MS)).count();
        assert_eq!(taken, 100);
        assert!(
            !budget.take(now + 1900 * MS),
            "only the few that are always allowed are left, and spent"
        );
        assert!(budget.take(now + 2000 * MS));
    }

    #[test]
    fn what_is_sent_again_without_asking_leaves_less_for_others() {
        let budget = budget();
        let now = budget.epoch;
        for _ in 0..500 {
            budget.count(now);
        }
        for _ in 0..60 {
            budget.charge(now);
        }
        assert_eq!((0..500).filter(|_| budget.take(now)).count(), 40);
        for _ in 0..7 {
            budget.charge(now);
        }
        assert!(!budget.take(now + 900 * MS));
        let later = now + 2000 * MS;
        assert_eq!((0..500).filter(|_| budget.take(later)).count(), 3, "of 10");
    }

    #[test]
    fn many_threads_count_each_request_once() {
        let budget = budget();
        let now = budget.epoch + 100 * MS;
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| budget.count(now)));
            }
        });
        assert_eq!((0..4000).filter(|_| budget.take(now)).count(), 800);
    }
}

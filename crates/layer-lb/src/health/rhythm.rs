//! When an endpoint is checked next.

use std::time::Duration;

/// When endpoints are checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    pub(super) interval: Duration,
    /// The same for an endpoint that is unhealthy.
    pub(super) unhealthy: Duration,
    /// The same while there are no requests.
    pub(super) idle: Duration,
    /// The share by which an interval is shortened at most, from 0 to 1.
    pub(super) jitter: f64,
}

/// What an interval depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    Usual,
    Unhealthy,
    Idle,
}

/// How far first checks are apart, where they do not fill an interval: a thousand endpoints that come together are known
/// after a second.
const FIRST_CHECKS_APART: Duration = Duration::from_millis(1);

impl Rhythm {
    /// How long the first check of the endpoint `index` of `count` that came together waits. They are spread evenly, but
    /// over no more than an interval.
    pub(super) fn first(&self, index: usize, count: usize) -> Duration {
        let count = u32::try_from(count).unwrap_or(u32::MAX).max(1);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let whole = FIRST_CHECKS_APART.saturating_mul(count).min(self.interval);
        whole.saturating_mul(index) / count
    }

    /// How long after its first check an endpoint is checked again: at any moment of an interval, by `chance` (from 0
    /// to 1), so that from then on the checks of many are spread over all of it.
    pub(super) fn second(&self, pace: Pace, chance: f64) -> Duration {
        self.of(pace).mul_f64(1.0 - chance)
    }

    /// How long after the beginning of a later check an endpoint is checked again, by `chance` (from 0 to 1).
    pub(super) fn next(&self, pace: Pace, chance: f64) -> Duration {
        self.of(pace).mul_f64(1.0 - self.jitter * chance)
    }

    fn of(&self, pace: Pace) -> Duration {
        match pace {
            Pace::Usual => self.interval,
            Pace::Unhealthy => self.unhealthy,
            Pace::Idle => self.idle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RHYTHM: Rhythm = Rhythm {
        interval: Duration::from_secs(5),
        unhealthy: Duration::from_secs(1),
        idle: Duration::from_secs(60),
        jitter: 0.1,
    };

    #[test]
    fn first_checks_follow_each_other_closely() {
        assert_eq!(RHYTHM.first(0, 1), Duration::ZERO);
        assert_eq!(RHYTHM.first(2, 3), Duration::from_millis(2));
        assert_eq!(RHYTHM.first(999, 1000), Duration::from_millis(999));
        // Ten thousand do not fit into an interval at that distance.
        assert_eq!(RHYTHM.first(5000, 10_000), Duration::from_millis(2500));
    }

    #[test]
    fn intervals_are_shortened_by_jitter_alone() {
        for (pace, whole) in [
            (Pace::Usual, 5.0),
            (Pace::Unhealthy, 1.0),
            (Pace::Idle, 60.0),
        ] {
            assert_eq!(RHYTHM.next(pace, 0.0).as_secs_f64(), whole);
            assert_eq!(RHYTHM.next(pace, 1.0).as_secs_f64(), whole * 0.9);
        }
    }

    #[test]
    fn a_thousand_endpoints_are_spread_over_the_interval() {
        let mut random = fastrand::Rng::with_seed(7);
        // Checks in each of the 50 tenths of a second of the twentieth interval or so.
        let mut checks = [0_u32; 50];
        for index in 0..1000 {
            let mut at = RHYTHM.first(index, 1000) + RHYTHM.second(Pace::Usual, random.f64());
            while at < Duration::from_secs(105) {
                if let Some(since) = at.checked_sub(Duration::from_secs(100)) {
                    checks[usize::try_from(since.as_millis() / 100).unwrap()] += 1;
                }
                at += RHYTHM.next(Pace::Usual, random.f64());
            }
        }
        let total: u32 = checks.iter().sum();
        assert!((1000..=1112).contains(&total), "{total}");
        assert!(
            checks.iter().all(|count| (5..=45).contains(count)),
            "{checks:?}"
        );
    }
}

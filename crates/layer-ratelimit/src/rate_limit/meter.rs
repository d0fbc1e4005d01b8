//! The counters.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::config::{Diagnosis, Rate};
use governor::RateLimiter;
use governor::clock::{Clock, DefaultClock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use tower_governor::governor::GovernorConfigBuilder;

use super::roster::Roster;
use super::{Bucket, Fingerprint, KeyReader, Standing};

/// How many keys of one limit are kept apart at once: 100,000, a few MiB. Keys beyond that share one bucket
/// until others have been idle long enough to make room, so that a flood of keys can neither exhaust the
/// memory nor push out a caller who was there before.
pub const MAX_KEYS: usize = 100_000;

/// The longest time in which a burst may fill up again; beyond it the nanoseconds of the algorithm overflow.
const LONGEST_REFILL: Duration = Duration::from_secs(3650 * 24 * 60 * 60);

type Limiter<C> =
    RateLimiter<Bucket, DefaultKeyedStateStore<Bucket>, C, StateInformationMiddleware>;

/// Counts requests by bucket and says which are too many.
#[derive(Debug)]
pub(crate) struct Meter<C: Clock = DefaultClock> {
    limiter: Arc<Limiter<C>>,
    roster: Roster,
    start: C::Instant,
    interval: Duration,
    burst: u32,
}

impl Meter {
    /// Counters for all that `reader` tells apart, each at rest.
    ///
    /// # Errors
    /// When the burst is zero or would take more than ten years to fill up.
    pub(crate) fn new(rate: Rate, burst: u32, reader: &KeyReader) -> Result<Self, Diagnosis> {
        let interval = rate.interval();
        let refill = interval.checked_mul(burst);
        if refill.is_none_or(|refill| refill > LONGEST_REFILL) {
            return Err(too_large(interval));
        }
        let config = GovernorConfigBuilder::default()
            .key_extractor(reader.clone())
            .period(interval)
            .burst_size(burst)
            .use_headers()
            .finish()
            .ok_or_else(of_zero)?;
        let limiter = Arc::clone(config.limiter());
        Ok(Self::around(limiter, rate, burst, MAX_KEYS))
    }
}

fn of_zero() -> Diagnosis {
    Diagnosis::new("a burst of 0 lets no request pass")
        .help("write 1 to let one request at a time pass, evenly spaced")
}

fn too_large(interval: Duration) -> Diagnosis {
    let fits = LONGEST_REFILL.as_nanos() / interval.as_nanos();
    Diagnosis::new("at this rate the burst takes more than ten years to fill up")
        .help(format!("the largest here is {fits}"))
}

impl<C: Clock> Meter<C> {
    fn around(limiter: Arc<Limiter<C>>, rate: Rate, burst: u32, max_keys: usize) -> Self {
        let interval = rate.interval();
        let idle = interval * burst.saturating_add(1);
        Self {
            start: limiter.clock().now(),
            limiter,
            roster: Roster::new(max_keys, idle),
            interval,
            burst,
        }
    }

    /// Counts one request of the caller `key`, or of a caller without a key.
    ///
    /// # Errors
    /// The time to wait, when it is one too many.
    pub(crate) fn count(&self, key: Option<Fingerprint>) -> Result<Standing, Duration> {
        let bucket = key.map_or(Bucket::Keyless, |key| self.bucket_of(key));
        match self.limiter.check_key(&bucket) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let full_in = self.interval * self.burst.saturating_sub(remaining);
                Ok(Standing { remaining, full_in })
            }
            Err(too_early) => Err(too_early.wait_time_from(self.limiter.clock().now())),
        }
    }

    /// How many keys are kept apart at present.
    pub(crate) fn keys(&self) -> usize {
        self.roster.len()
    }

    /// Idle keys are swept out here, by the calls that bring new ones: a task would need a runtime when the
    /// layer is built, and an owner.
    fn bucket_of(&self, key: Fingerprint) -> Bucket {
        let now = self.limiter.clock().now();
        let now = now.duration_since(self.start).as_u64();
        if self.roster.greet(key, now) {
            return Bucket::Own(key);
        }
        if self.roster.is_sweep_due(now) {
            self.roster.sweep(now);
            self.limiter.retain_recent();
            if self.roster.is_full() {
                tracing::warn!(
                    keys = self.keys(),
                    "a rate limit is out of keys; new ones share one bucket"
                );
            }
        }
        if self.roster.enroll(key, now) {
            Bucket::Own(key)
        } else {
            Bucket::Overflow
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use governor::Quota;
    use governor::clock::FakeRelativeClock;

    use super::*;

    impl Meter<FakeRelativeClock> {
        /// Counters that go by `clock`.
        pub(crate) fn by(
            clock: FakeRelativeClock,
            rate: Rate,
            burst: u32,
            max_keys: usize,
        ) -> Self {
            let quota = Quota::with_period(rate.interval())
                .unwrap()
                .allow_burst(burst.try_into().unwrap());
            let limiter =
                Limiter::new(quota, DefaultKeyedStateStore::default(), clock).with_middleware();
            Self::around(Arc::new(limiter), rate, burst, max_keys)
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::Key;

    const ANNA: Option<Fingerprint> = Some(Fingerprint(1));
    const BERT: Option<Fingerprint> = Some(Fingerprint(2));

    fn rate(rate: &str) -> Rate {
        rate.parse().unwrap()
    }

    fn meter(
        rate: &str,
        burst: u32,
        max_keys: usize,
    ) -> (FakeRelativeClock, Meter<FakeRelativeClock>) {
        let clock = FakeRelativeClock::default();
        (
            clock.clone(),
            Meter::by(clock, self::rate(rate), burst, max_keys),
        )
    }

    /// What tower_governor builds, which is what runs; time hardly passes here.
    #[test]
    fn a_burst_passes_then_one_per_interval() {
        let meter = Meter::new(rate("10/min"), 2, &KeyReader::new(Key::Address)).unwrap();
        let interval = Duration::from_secs(6);
        let standing = |remaining, n| {
            Ok(Standing {
                remaining,
                full_in: interval * n,
            })
        };
        assert_eq!(meter.count(ANNA), standing(1, 1));
        assert_eq!(meter.count(ANNA), standing(0, 2));
        let wait = meter.count(ANNA).unwrap_err();
        assert!(wait > interval / 2 && wait <= interval, "{wait:?}");
        assert_eq!(meter.count(BERT), standing(1, 1), "others have their own");
    }

    #[test]
    fn the_rate_is_kept_in_the_long_run() {
        let (clock, meter) = meter("10/s", 5, 10);
        let mut passed = 0;
        for _ in 0..1000 {
            passed += u32::from(meter.count(ANNA).is_ok());
            clock.advance(Duration::from_millis(10));
        }
        assert_eq!(passed, 5 + 99, "a burst and ten a second for ten seconds");
    }

    #[test]
    fn who_waits_as_told_passes() {
        let (clock, meter) = meter("7/min", 3, 10);
        for _ in 0..100 {
            if let Err(wait) = meter.count(ANNA) {
                clock.advance(wait - Duration::from_nanos(1));
                assert!(meter.count(ANNA).is_err());
                clock.advance(Duration::from_nanos(1));
                assert!(meter.count(ANNA).is_ok());
            }
        }
    }

    #[test]
    fn keyless_requests_share_a_bucket() {
        let (_, meter) = meter("1/min", 1, 10);
        assert!(meter.count(None).is_ok() && meter.count(None).is_err());
        assert!(meter.count(ANNA).is_ok());
    }

    #[test]
    fn a_flood_of_keys_leaves_earlier_callers_alone() {
        let (clock, meter) = meter("60/min", 2, 1);
        assert!(meter.count(ANNA).is_ok());
        let flood = (100..200).map(|key| meter.count(Some(Fingerprint(key))));
        assert_eq!(
            flood.filter(Result::is_ok).count(),
            2,
            "the flood shares one bucket"
        );
        assert!(meter.count(ANNA).is_ok());
        clock.advance(Duration::from_secs(3));
        assert!(meter.count(BERT).is_ok(), "room again");
        assert_eq!(meter.keys(), 1);
    }

    #[test]
    fn a_million_keys_take_no_more_room_than_the_cap() {
        let (clock, meter) = meter("10/s", 10, 1000);
        for key in 0..1_000_000 {
            let _ = meter.count(Some(Fingerprint(key)));
            assert!(meter.keys() <= 1000);
            clock.advance(Duration::from_micros(100));
        }
        let (own_and_overflow, idle) = (1000 + 1, Duration::from_secs(10));
        assert!(
            meter.limiter.len() <= own_and_overflow,
            "{}",
            meter.limiter.len()
        );
        clock.advance(idle);
        assert!(meter.count(ANNA).is_ok());
        assert_eq!((meter.keys(), meter.limiter.len()), (1, 1));
    }

    #[test]
    fn impossible_bursts_are_refused() {
        let refused = |rate, burst| {
            let reader = KeyReader::new(Key::Address);
            Meter::new(self::rate(rate), burst, &reader)
                .unwrap_err()
                .to_string()
        };
        assert!(refused("1/s", 0).starts_with("a burst of 0 lets no request pass"));
        assert_eq!(
            refused("1/d", 3651),
            "at this rate the burst takes more than ten years to fill up (the largest here is 3650)"
        );
        assert!(refused("1/3650d", u32::MAX).ends_with("(the largest here is 1)"));
        let (_, meter) = meter("1/d", 3650, 10);
        assert!(meter.count(ANNA).is_ok());
    }
}

//! An endpoint that is taken out for a while.

use std::time::Duration;

use gateway_core::deadline::after;
use tokio::time::Instant;

/// How long ejections take.
#[derive(Clone, Copy, Debug)]
pub(super) struct EjectionTimes {
    /// The first one.
    pub(super) base: Duration,
    /// Any at all.
    pub(super) longest: Duration,
}

/// Whether an endpoint is ejected, and how often it was of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ejection {
    /// How often it was, less the times that were forgiven when the last one began.
    times: u32,
    /// The one that goes on: from when and until when.
    current: Option<(Instant, Instant)>,
    /// When the last one ended.
    ended: Option<Instant>,
}

impl Ejection {
    /// Begins one at `now` and says how long it takes; `None` where one goes on already.
    ///
    /// It takes the base time as often as there were ejections, this one among them. Each base time that has passed
    /// since the last one makes up for one.
    pub(super) fn begin(&mut self, times: EjectionTimes, now: Instant) -> Option<Duration> {
        if self.current.is_some() {
            return None;
        }
        let good = self
            .ended
            .map_or(Duration::ZERO, |ended| now.saturating_duration_since(ended));
        let forgiven = ratio(good, times.base);
        // More times than fill the longest ejection would only take longer to be forgiven.
        let most = ratio(times.longest, times.base).saturating_add(1);
        self.times = (self.times.saturating_sub(forgiven) + 1).min(most);
        let time = times.base.saturating_mul(self.times).min(times.longest);
        self.current = Some((now, after(now, time)));
        Some(time)
    }

    /// Ends the one that goes on; says whether there was one.
    pub(super) fn end(&mut self, now: Instant) -> bool {
        let was_ejected = self.current.take().is_some();
        if was_ejected {
            self.ended = Some(now);
        }
        was_ejected
    }

    /// Since when the endpoint is ejected, if it is.
    pub(super) fn since(&self) -> Option<Instant> {
        self.current.map(|(since, _)| since)
    }

    /// Until when the endpoint is ejected, if it is.
    pub(super) fn until(&self) -> Option<Instant> {
        self.current.map(|(_, until)| until)
    }
}

/// How often `part` fits into `whole`.
fn ratio(whole: Duration, part: Duration) -> u32 {
    let times = whole.as_nanos().checked_div(part.as_nanos()).unwrap_or(0);
    // One less than the largest, so that one may be added.
    u32::try_from(times).unwrap_or(u32::MAX).min(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: EjectionTimes = EjectionTimes {
        base: Duration::from_secs(30),
        longest: Duration::from_secs(100),
    };

    #[test]
    fn each_takes_longer_up_to_the_longest() {
        let mut now = Instant::now();
        let mut ejection = Ejection::default();
        let mut took = Vec::new();
        for _ in 0..6 {
            let time = ejection.begin(TIMES, now).unwrap();
            assert_eq!(ejection.until(), Some(now + time));
            assert_eq!(ejection.begin(TIMES, now), None, "it is ejected already");
            took.push(time.as_secs());
            now += time;
            assert!(ejection.end(now));
        }
        assert_eq!(took, [30, 60, 90, 100, 100, 100]);
        assert!(!ejection.end(now));
    }

    #[test]
    fn good_time_is_set_against_bad() {
        let mut now = Instant::now();
        let mut ejection = Ejection::default();
        for _ in 0..9 {
            ejection.begin(TIMES, now).unwrap();
            ejection.end(now);
        }
        for (good, next) in [
            (29, 100),
            (30, 100),
            (60, 90),
            (60, 60),
            (90, 30),
            (9000, 30),
        ] {
            now += Duration::from_secs(good);
            let time = ejection.begin(TIMES, now).unwrap();
            assert_eq!(time.as_secs(), next, "after {good} s");
            ejection.end(now);
        }
    }

    #[test]
    fn a_longest_that_is_the_base_never_grows() {
        let times = EjectionTimes {
            longest: TIMES.base,
            ..TIMES
        };
        let now = Instant::now();
        let mut ejection = Ejection::default();
        for _ in 0..3 {
            assert_eq!(ejection.begin(times, now), Some(TIMES.base));
            ejection.end(now);
        }
    }
}

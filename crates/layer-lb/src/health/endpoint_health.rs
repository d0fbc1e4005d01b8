//! What is known of an endpoint's health.

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::check_state::{CheckState, Thresholds};
use super::ejection::{Ejection, EjectionTimes};
use super::outliers::Window;
use super::standing::Standing;
use super::tally::Tally;

/// What speaks against the endpoint, one bit each.
const UNHEALTHY: u8 = 1;
const EJECTED: u8 = 2;
const WAITING: u8 = 4;

/// What is known of an endpoint's health. Whether it may be chosen, and a success while all is well, are a relaxed load
/// each; only changes lock.
#[derive(Debug)]
pub(crate) struct EndpointHealth {
    /// What speaks against the endpoint; 0 where nothing does.
    against: AtomicU8,
    /// How many requests failed, one after the other.
    failed_in_a_row: AtomicU32,
    tally: Tally,
    record: Mutex<Record>,
}

#[derive(Debug)]
struct Record {
    check: CheckState,
    ejection: Ejection,
    available_since: Instant,
}

/// What a check has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// What checks say of it now, where they said something else before: whether it is healthy.
    pub(super) became: Option<bool>,
    /// It was ejected and no longer is.
    pub(super) has_returned: bool,
    /// Whether it may be chosen has changed.
    pub(super) counts: bool,
}

impl EndpointHealth {
    /// Of an endpoint that is new at `now`. It `waits` where it is to get no requests before its first check has ended,
    /// if others can take them.
    pub(crate) fn new(waits: bool, now: Instant) -> Self {
        Self {
            against: AtomicU8::new(if waits { WAITING } else { 0 }),
            failed_in_a_row: AtomicU32::new(0),
            tally: Tally::default(),
            record: Mutex::new(Record {
                check: CheckState::default(),
                ejection: Ejection::default(),
                available_since: now,
            }),
        }
    }

    /// Whether nothing speaks against the endpoint.
    pub(crate) fn is_available(&self) -> bool {
        self.against.load(Ordering::Relaxed) == 0
    }

    /// What speaks for or against it.
    pub(crate) fn standing(&self) -> Standing {
        match self.against.load(Ordering::Relaxed) {
            0 => Standing::Available,
            WAITING => Standing::Waiting,
            _ => Standing::Out,
        }
    }

    /// Since when nothing has spoken against it; of no meaning while something does.
    pub(crate) fn available_since(&self) -> Instant {
        self.record().available_since
    }

    /// Whether checks speak against it.
    pub(super) fn is_unhealthy(&self) -> bool {
        self.against.load(Ordering::Relaxed) & UNHEALTHY != 0
    }

    /// Whether it is ejected.
    pub(super) fn is_ejected(&self) -> bool {
        self.against.load(Ordering::Relaxed) & EJECTED != 0
    }

    /// A request has succeeded.
    pub(super) fn succeeded(&self) {
        if self.failed_in_a_row.load(Ordering::Relaxed) != 0 {
            self.failed_in_a_row.store(0, Ordering::Relaxed);
        }
    }

    /// A request has failed; says how many have, one after the other.
    pub(super) fn failed(&self) -> u32 {
        self.failed_in_a_row
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1)
    }

    /// The requests of the window that goes on.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The requests of the window that ends; none where they say nothing about an endpoint that may be chosen.
    pub(super) fn close_window(&self) -> Window {
        let window = self.tally.close();
        if self.is_available() {
            window
        } else {
            Window::default()
        }
    }

    /// A check that began at `start` has ended. Where it `returns`, one that passed ends an ejection that began earlier.
    pub(super) fn checked(
        &self,
        has_passed: bool,
        returns: bool,
        thresholds: Thresholds,
        start: Instant,
        now: Instant,
    ) -> Change {
        let mut record = self.record();
        let before = record.check;
        record.check = before.after(has_passed, thresholds);
        let is_unhealthy = record.check.is_unhealthy();
        let has_returned = has_passed
            && returns
            && record.ejection.since().is_some_and(|since| since <= start)
            && record.ejection.end(now);
        if has_returned {
            self.succeeded();
        }
        let became = (before.is_unhealthy() != is_unhealthy).then_some(!is_unhealthy);
        let counts = self.publish(&mut record, false, now);
        Change {
            became,
            has_returned,
            counts,
        }
    }

    /// Takes the endpoint out from `now` on and says for how long; `None` where it is out already.
    pub(super) fn eject(&self, times: EjectionTimes, now: Instant) -> Option<Duration> {
        let mut record = self.record();
        let time = record.ejection.begin(times, now)?;
        self.publish(&mut record, self.is_waiting(), now);
        Some(time)
    }

    /// Ends an ejection whose time is over at `now`. The requests before it do not count any more.
    pub(super) fn end_ejection(&self, now: Instant) -> bool {
        let mut record = self.record();
        if record.ejection.until().is_none_or(|until| until > now) {
            return false;
        }
        record.ejection.end(now);
        self.succeeded();
        self.publish(&mut record, self.is_waiting(), now);
        true
    }

    /// Until when it is ejected, if it is.
    pub(super) fn ejected_until(&self) -> Option<Instant> {
        self.record().ejection.until()
    }

    fn is_waiting(&self) -> bool {
        self.against.load(Ordering::Relaxed) & WAITING != 0
    }

    /// Shows to all what `record` says; whether that changes if the endpoint may be chosen.
    fn publish(&self, record: &mut Record, waits: bool, now: Instant) -> bool {
        let bit = |is_set, bit| if is_set { bit } else { 0 };
        let against = bit(record.check.is_unhealthy(), UNHEALTHY)
            | bit(record.ejection.since().is_some(), EJECTED)
            | bit(waits, WAITING);
        let before = self.against.swap(against, Ordering::Relaxed);
        if before != 0 && against == 0 {
            record.available_since = now;
        }
        // One that waited and is out now is no longer chosen where none is better.
        before != against
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: Thresholds = Thresholds {
        healthy: 1,
        unhealthy: 1,
    };
    const TIMES: EjectionTimes = EjectionTimes {
        base: Duration::from_secs(30),
        longest: Duration::from_secs(300),
    };

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_new_one_is_available_unless_it_waits() {
        let start = Instant::now();
        let health = EndpointHealth::new(false, start);
        assert_eq!(health.standing(), Standing::Available);
        assert_eq!(health.available_since(), start);

        let health = EndpointHealth::new(true, start);
        assert_eq!(health.standing(), Standing::Waiting);
        let change = health.checked(true, true, THRESHOLDS, start, after(start, 1));
        assert_eq!((change.became, change.counts), (None, true));
        assert_eq!(health.available_since(), after(start, 1));

        let health = EndpointHealth::new(true, start);
        let change = health.checked(false, true, THRESHOLDS, start, after(start, 1));
        assert_eq!((change.became, change.counts), (Some(false), true));
        assert_eq!(health.standing(), Standing::Out);
    }

    #[test]
    fn checks_and_ejection_speak_against_it_apart() {
        let start = Instant::now();
        let health = EndpointHealth::new(false, start);
        assert_eq!(health.eject(TIMES, start), Some(TIMES.base));
        assert_eq!(health.eject(TIMES, start), None);
        health.checked(false, true, THRESHOLDS, start, after(start, 1));
        assert!(!health.end_ejection(after(start, 29)));
        assert!(health.end_ejection(after(start, 30)));
        assert_eq!(health.standing(), Standing::Out, "its check fails still");
        let change = health.checked(true, true, THRESHOLDS, after(start, 31), after(start, 31));
        assert_eq!((change.became, change.counts), (Some(true), true));
        assert_eq!(health.available_since(), after(start, 31));
    }

    #[test]
    fn a_check_that_passes_ends_an_ejection_that_it_could_know_of() {
        let start = Instant::now();
        let health = EndpointHealth::new(false, start);
        health.eject(TIMES, after(start, 2)).unwrap();
        let check = |returns, begun, ended| {
            health.checked(
                true,
                returns,
                THRESHOLDS,
                after(start, begun),
                after(start, ended),
            )
        };
        assert!(
            !check(true, 1, 3).has_returned,
            "it began before the ejection"
        );
        assert!(
            !check(false, 4, 5).has_returned,
            "it does not ask the service"
        );
        assert!(health.is_ejected());
        let change = check(true, 4, 5);
        assert!(change.has_returned && change.counts);
        assert!(health.is_available());
    }

    #[test]
    fn failures_count_until_a_success_or_the_end_of_an_ejection() {
        let start = Instant::now();
        let health = EndpointHealth::new(false, start);
        assert_eq!((health.failed(), health.failed()), (1, 2));
        health.succeeded();
        assert_eq!(health.failed(), 1);
        health.eject(TIMES, start);
        assert_eq!(health.failed(), 2);
        health.end_ejection(after(start, 30));
        assert_eq!(health.failed(), 1);
    }

    #[test]
    fn the_window_of_one_that_is_out_says_nothing() {
        let start = Instant::now();
        let health = EndpointHealth::new(false, start);
        health.tally().count(true);
        health.tally().count(false);
        let window = Window {
            requests: 2,
            failures: 1,
        };
        assert_eq!(health.close_window(), window);
        health.tally().count(true);
        health.eject(TIMES, start);
        assert_eq!(health.close_window(), Window::default());
    }
}

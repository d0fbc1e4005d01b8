//! The circuit of an upstream, for all threads.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::machine::{Change, Machine, Phase, Verdict};
use super::rules::BreakerRules;
use super::tally::{Judgement, Tally};
use crate::outcome::Outcome;

/// The gate of a circuit that is closed: whoever comes, passes.
const CLOSED: u64 = 0;
/// The gate of a circuit in trial or recovery: whoever comes must ask.
const ASK: u64 = 1;

/// The circuit of an upstream, for all threads.
///
/// A request reads one atomic while the circuit is closed or open, and a good response adds to one. The states
/// themselves are behind a lock, which only bad outcomes, trial and recovery need, and one good outcome of each
/// part of the window.
#[derive(Debug)]
pub(crate) struct Breaker {
    rules: BreakerRules,
    begin: Instant,
    /// [`CLOSED`], [`ASK`], or until when it is open, in nanoseconds since the beginning.
    gate: AtomicU64,
    /// Good outcomes that the window does not know of yet. They belong to the part that ends then:
    good: AtomicU32,
    /// In nanoseconds since the beginning.
    slot_end: AtomicU64,
    machine: Mutex<Machine>,
}

impl Breaker {
    /// A closed circuit.
    pub(crate) fn new(rules: BreakerRules, now: Instant) -> Self {
        let machine = Machine::new(&rules);
        Self {
            gate: AtomicU64::new(CLOSED),
            good: AtomicU32::new(0),
            slot_end: AtomicU64::new(nanoseconds(machine.end_of_slot(Duration::ZERO))),
            machine: Mutex::new(machine),
            begin: now,
            rules,
        }
    }

    /// Whether all requests pass.
    pub(crate) fn is_closed(&self) -> bool {
        self.gate.load(Relaxed) == CLOSED
    }

    /// The state at this moment.
    pub(crate) fn phase(&self) -> Phase {
        self.machine().phase()
    }

    /// A request wants to pass; clients that may not are told for how long.
    pub(crate) fn ask(&self, now: Instant) -> (Result<(), Duration>, Option<Change>) {
        let gate = self.gate.load(Relaxed);
        if gate == CLOSED {
            return (Ok(()), None);
        }
        let now = self.since_begin(now);
        if gate > nanoseconds(now) {
            return (Err(Duration::from_nanos(gate) - now), None);
        }
        let mut machine = self.machine();
        let (verdict, change) = machine.ask(&self.rules, now);
        self.publish(&machine);
        match verdict {
            Verdict::Pass => (Ok(()), change),
            Verdict::Refuse(wait) => (Err(wait), change),
        }
    }

    /// An attempt has ended.
    pub(crate) fn learn(&self, outcome: &Outcome, now: Instant) -> Option<Change> {
        let judgement = Judgement::of(outcome, self.rules.slow);
        let now = self.since_begin(now);
        let gate = self.gate.load(Relaxed);
        if gate == CLOSED {
            let judgement = judgement?;
            if judgement.is_good() && nanoseconds(now) < self.slot_end.load(Relaxed) {
                self.good.fetch_add(1, Relaxed);
                return None;
            }
        } else if gate > nanoseconds(now) {
            return None;
        }
        let mut machine = self.machine();
        self.flush(&mut machine, now);
        let began = now.saturating_sub(outcome.elapsed);
        let change = machine.learn(&self.rules, judgement, (began, now), fastrand::f64());
        self.publish(&machine);
        change
    }

    /// Tells the window of the good outcomes that were only counted.
    fn flush(&self, machine: &mut Machine, now: Duration) {
        let end = nanoseconds(machine.end_of_slot(now));
        let previous = self.slot_end.swap(end, Relaxed);
        let good = self.good.swap(0, Relaxed);
        if good > 0 && machine.phase() == Phase::Closed {
            let moment = Duration::from_nanos(previous.saturating_sub(1));
            machine.add(moment.min(now), Tally::good(good));
        }
    }

    fn publish(&self, machine: &Machine) {
        let gate = match (machine.phase(), machine.open_until()) {
            (Phase::Closed, _) => CLOSED,
            (_, Some(until)) => nanoseconds(until).max(ASK),
            (_, None) => ASK,
        };
        self.gate.store(gate, Relaxed);
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn since_begin(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begin)
    }
}

/// 584 years of them are enough.
fn nanoseconds(moment: Duration) -> u64 {
    u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use gateway_core::facts::FailureKind;
    use http::StatusCode;

    use super::super::machine::tests::rules;
    use super::*;
    use crate::outcome::Ending;

    const SECOND: Duration = Duration::from_secs(1);

    fn outcome(status: u16) -> Outcome {
        let ending = Ending::Response {
            status: StatusCode::from_u16(status).unwrap(),
            grpc_status: None,
        };
        Outcome {
            ending,
            elapsed: Duration::ZERO,
        }
    }

    fn breaker() -> (Breaker, Instant) {
        let begin = Instant::now();
        (Breaker::new(rules(), begin), begin)
    }

    #[test]
    fn good_ones_count_though_they_take_no_lock() {
        let (breaker, begin) = breaker();
        let lock = breaker.machine.lock().unwrap();
        for _ in 0..100 {
            assert_eq!(breaker.learn(&outcome(200), begin), None);
        }
        assert_eq!(breaker.ask(begin), (Ok(()), None));
        drop(lock);
        for _ in 0..99 {
            assert_eq!(breaker.learn(&outcome(503), begin), None);
        }
        let change = breaker.learn(&outcome(503), begin).unwrap();
        assert_eq!((change.tally.all, change.tally.failed), (200, 100));
        let (verdict, _) = breaker.ask(begin + SECOND);
        assert!(verdict.unwrap_err() <= 4 * SECOND);
        // What is open needs no lock either.
        let _lock = breaker.machine.lock().unwrap();
        assert!(breaker.ask(begin + SECOND).0.is_err());
        assert_eq!(breaker.learn(&outcome(503), begin + SECOND), None);
    }

    /// After a silence, the good ones of before it do not hide what is bad now.
    #[test]
    fn good_ones_belong_to_their_own_time() {
        let (breaker, begin) = breaker();
        for _ in 0..100 {
            breaker.learn(&outcome(200), begin);
        }
        for _ in 0..19 {
            assert_eq!(breaker.learn(&outcome(503), begin + 60 * SECOND), None);
        }
        let change = breaker.learn(&outcome(503), begin + 60 * SECOND).unwrap();
        assert_eq!(change.tally.all, 20);
    }

    #[test]
    fn nothing_is_lost_between_threads() {
        let (breaker, begin) = breaker();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let breaker = &breaker;
                scope.spawn(move || {
                    for step in 0..10_000 {
                        let status = if step % 5 == 0 { 503 } else { 200 };
                        let now = begin + Duration::from_micros(step * 100 + thread);
                        assert_eq!(breaker.learn(&outcome(status), now), None);
                    }
                });
            }
        });
        let mut machine = breaker.machine();
        breaker.flush(&mut machine, SECOND);
        let sum = machine.sum(SECOND);
        assert_eq!((sum.all, sum.failed), (80_000, 16_000));
    }

    #[test]
    fn limits_of_ours_say_nothing() {
        let (breaker, begin) = breaker();
        let refused = Outcome {
            ending: Ending::Failed(FailureKind::Overloaded),
            elapsed: Duration::ZERO,
        };
        for _ in 0..1000 {
            assert_eq!(breaker.learn(&refused, begin), None);
        }
        assert!(breaker.is_closed());
    }
}

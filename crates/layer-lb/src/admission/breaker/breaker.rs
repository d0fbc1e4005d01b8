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

//! The states of a circuit, without a clock and without a lock.

use std::time::Duration;

use super::ramp::Ramp;
use super::rules::BreakerRules;
use super::tally::{Judgement, Tally};
use super::window::Window;

/// The states of a circuit. Moments are lengths of time since the upstream came to be; nothing here looks at a clock,
/// throws dice or waits.
///
/// ```text
///            too bad                 time is up
///   closed ──────────► open ──────────────────────► trial
///     ▲                 ▲  ▲       one failed         │ all passed
///     │                 │  └──────────────────────────┤
///     │                 └───────────── recovering ◄───┘
///     └──────────────────────────────────┘   too bad: open; time is up: closed
/// ```
///
/// The trial is the half-open state of Nygard's "Release It!". The ramp after it is what keeps an upstream that
/// has just come back, with cold caches, from the whole load at once.
#[derive(Debug)]
pub(crate) struct Machine {
    state: State,
    window: Window,
    /// Attempts that began before say nothing: they met the upstream as it was.
    counts_from: Duration,
    /// How often it has opened since it was last closed.
    trips: u32,
}

#[derive(Debug)]
enum State {
    Closed,
    Open {
        until: Duration,
    },
    Trial {
        /// When the last ones were let in.
        since: Duration,
        /// How many more may be let in.
        places: u32,
        passed: u32,
    },
    Recovering(Ramp),
}

/// The state of a circuit, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Closed,
    Open,
    Trial,
    Recovering,
}

impl Phase {
    pub(crate) const ALL: [Self; 4] = [Self::Closed, Self::Open, Self::Trial, Self::Recovering];

    /// Its name in logs and metrics.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Trial => "trial",
            Self::Recovering => "recovering",
        }
    }
}

/// The answer to a request that wants to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// Come back after so long.
    Refuse(Duration),
}

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) to: Phase,
    /// What the window held then.
    pub(crate) tally: Tally,
    /// How long it stays open, where it opened.
    pub(crate) open_for: Option<Duration>,
}

/// What a client waits for that comes during trial or recovery: soon there will be more room.
const SOON: Duration = Duration::from_secs(1);

impl Machine {
    /// A closed circuit.
    pub(crate) fn new(rules: &BreakerRules) -> Self {
        Self {
            state: State::Closed,
            window: Window::new(rules.window),
            counts_from: Duration::ZERO,
            trips: 0,
        }
    }

    /// The state at this moment.
    pub(crate) fn phase(&self) -> Phase {
        match self.state {
            State::Closed => Phase::Closed,
            State::Open { .. } => Phase::Open,
            State::Trial { .. } => Phase::Trial,
            State::Recovering(_) => Phase::Recovering,
        }
    }

    /// Until when it is open.
    pub(crate) fn open_until(&self) -> Option<Duration> {
        match self.state {
            State::Open { until } => Some(until),
            _ => None,
        }
    }

    /// When the part of the window ends in which `moment` is.
    pub(crate) fn end_of_slot(&self, moment: Duration) -> Duration {
        self.window.end_of_slot(moment)
    }

    /// What the window holds.
    #[cfg(test)]
    pub(super) fn sum(&self, now: Duration) -> Tally {
        self.window.sum(now)
    }

    /// A request wants to pass.
    pub(crate) fn ask(&mut self, rules: &BreakerRules, now: Duration) -> (Verdict, Option<Change>) {
        let mut change = None;
        if let State::Open { until } = self.state {
            if now < until {
                return (Verdict::Refuse(until - now), None);
            }
            self.window.clear();
            self.counts_from = now;
            change = self.enter(State::Trial {
                since: now,
                places: rules.trial,
                passed: 0,
            });
        }
        let passes = match &mut self.state {
            State::Closed | State::Open { .. } => true,
            State::Trial {
                since,
                places,
                passed,
            } => {
                if *places == 0 && now.saturating_sub(*since) >= rules.open {
                    // Those that were let in have come to no end: they hang, or were lost.
                    *places = rules.trial.saturating_sub(*passed).max(1);
                }
                let passes = *places > 0;
                if passes {
                    *places -= 1;
                    *since = now;
                }
                passes
            }
            State::Recovering(ramp) => match ramp.share(now, rules.recovery) {
                Some(share) => ramp.lets_pass(share),
                None => {
                    self.trips = 0;
                    change = self.enter(State::Closed);
                    true
                }
            },
        };
        let verdict = if passes {
            Verdict::Pass
        } else {
            Verdict::Refuse(SOON)
        };
        (verdict, change)
    }

    /// So many good attempts ended at `moment`, while the circuit was closed.
    pub(crate) fn add(&mut self, moment: Duration, tally: Tally) {
        self.window.add(moment, tally);
    }

    /// An attempt that `began` then has ended; `None` says that nothing is to be learnt from it. `dice` is a number
    /// from 0 to 1.
    pub(crate) fn learn(
        &mut self,
        rules: &BreakerRules,
        judgement: Option<Judgement>,
        (began, now): (Duration, Duration),
        dice: f64,
    ) -> Option<Change> {
        if began < self.counts_from || matches!(self.state, State::Open { .. }) {
            return None;
        }
        let Some(judgement) = judgement else {
            if let State::Trial { places, passed, .. } = &mut self.state {
                *places = (*places + 1).min(rules.trial.saturating_sub(*passed));
            }
            return None;
        };
        self.window.add(now, judgement.into());
        let sum = self.window.sum(now);
        match &mut self.state {
            State::Closed if sum.is_too_bad(rules, rules.at_least) => self.trip(rules, now, dice),
            State::Trial { .. } if judgement.failed => self.trip(rules, now, dice),
            State::Trial { passed, .. } => {
                *passed += 1;
                if *passed < rules.trial {
                    return None;
                }
                if sum.is_too_bad(rules, rules.trial) {
                    return self.trip(rules, now, dice);
                }
                self.enter(State::Recovering(Ramp::begin(now)))
            }
            State::Recovering(_) if sum.is_too_bad(rules, rules.trial) => {
                self.trip(rules, now, dice)
            }
            State::Recovering(ramp) if ramp.share(now, rules.recovery).is_none() => {
                self.trips = 0;
                self.enter(State::Closed)
            }
            _ => None,
        }
    }

    fn trip(&mut self, rules: &BreakerRules, now: Duration, dice: f64) -> Option<Change> {
        self.trips = self.trips.saturating_add(1);
        let open_for = rules.open_for(self.trips, dice);
        let tally = self.window.sum(now);
        self.window.clear();
        self.state = State::Open {
            until: now.saturating_add(open_for),
        };
        Some(Change {
            to: Phase::Open,
            tally,
            open_for: Some(open_for),
        })
    }

    fn enter(&mut self, state: State) -> Option<Change> {
        self.state = state;
        Some(Change {
            to: self.phase(),
            tally: Tally::default(),
            open_for: None,
        })
    }
}

#[cfg(test)]
pub(super) mod tests;

//! What a breaker counts.

use std::ops::AddAssign;

use super::rules::{BreakerRules, SlowRule};
use crate::outcome::{Ending, Outcome};

/// What an attempt says of the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) failed: bool,
    pub(crate) slow: bool,
}

impl Judgement {
    /// What `outcome` says; `None` where it says nothing, as when the client went away before anything was late, or
    /// where a limit of ours refused the attempt.
    pub(crate) fn of(outcome: &Outcome, slow: Option<SlowRule>) -> Option<Self> {
        let slow = slow.is_some_and(|slow| outcome.elapsed > slow.than);
        let failed = outcome.ending.is_failure();
        let tells = match outcome.ending {
            Ending::Response { .. } => true,
            // Clients that give up on a slow upstream must not hide that it is slow.
            Ending::Cancelled => slow,
            Ending::Failed(_) => failed,
        };
        tells.then_some(Self { failed, slow })
    }

    /// Neither failed nor slow.
    pub(crate) fn is_good(self) -> bool {
        !self.failed && !self.slow
    }
}

/// How many attempts there were, and how many of them were bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) all: u32,
    pub(crate) failed: u32,
    pub(crate) slow: u32,
}

impl Tally {
    /// So many good ones.
    pub(crate) fn good(all: u32) -> Self {
        Self {
            all,
            ..Self::default()
        }
    }

    /// Whether there were `at_least` so many, and too many of them were bad.
    pub(super) fn is_too_bad(self, rules: &BreakerRules, at_least: u32) -> bool {
        let most = |share: f64| share * f64::from(self.all);
        let failed = self.failed > 0 && f64::from(self.failed) >= most(rules.failures);
        let slow = rules
            .slow
            .is_some_and(|rule| self.slow > 0 && f64::from(self.slow) >= most(rule.share));
        self.all >= at_least && (failed || slow)
    }
}

impl From<Judgement> for Tally {
    fn from(judgement: Judgement) -> Self {
        Self {
            all: 1,
            failed: judgement.failed.into(),
            slow: judgement.slow.into(),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.all = self.all.saturating_add(other.all);
        self.failed = self.failed.saturating_add(other.failed);
        self.slow = self.slow.saturating_add(other.slow);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gateway_core::facts::FailureKind;
    use http::StatusCode;

    use super::*;

    fn judge(ending: Ending, millis: u64) -> Option<(bool, bool)> {
        let elapsed = Duration::from_millis(millis);
        let slow = SlowRule {
            than: Duration::from_millis(100),
            share: 0.5,
        };
        Judgement::of(&Outcome { ending, elapsed }, Some(slow)).map(|j| (j.failed, j.slow))
    }

    #[test]
    fn what_an_attempt_says() {
        let response = |status| Ending::Response {
            status: StatusCode::from_u16(status).unwrap(),
            grpc_status: None,
        };
        assert_eq!(judge(response(200), 100), Some((false, false)));
        assert_eq!(judge(response(404), 101), Some((false, true)));
        assert_eq!(judge(response(503), 1), Some((true, false)));
        let failed = Ending::Failed(FailureKind::Timeout);
        assert_eq!(judge(failed, 101), Some((true, true)));
        let ours = Ending::Failed(FailureKind::Overloaded);
        assert_eq!(judge(ours, 500), None);
        assert_eq!(judge(Ending::Cancelled, 100), None);
        assert_eq!(judge(Ending::Cancelled, 101), Some((false, true)));
    }
}

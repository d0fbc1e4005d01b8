//! What is known of an upstream's endpoints, and what follows from what a source says.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Backoff, Event, Fault, FaultKind};
use crate::config::EndpointConfig;

/// Of one fault after the other, so many are remembered as told.
const MOST_TOLD: usize = 64;

/// What is known of an upstream's endpoints: those that its source named last, and the faults since.
#[derive(Debug)]
pub(super) struct Progress {
    known: Option<Vec<EndpointConfig>>,
    failures: u32,
    told: BTreeSet<(FaultKind, String)>,
    backoff: Backoff,
}

/// What follows from an event.
#[derive(Debug, PartialEq)]
pub(super) struct Step {
    /// The endpoints that the upstream has from now on, if they are others than before.
    pub(super) publish: Option<Vec<EndpointConfig>>,
    /// What is counted.
    pub(super) fault: Option<FaultKind>,
    /// What is logged.
    pub(super) notice: Option<Notice>,
    /// When the source is asked again.
    pub(super) next: Duration,
}

/// What is logged.
#[derive(Debug, PartialEq)]
pub(super) enum Notice {
    /// A fault that has not been told since all was well.
    Fault(Fault),
    /// All is well again.
    Recovered,
}

impl Progress {
    /// Nothing is known yet. After failures the source is asked again as `backoff` says.
    pub(super) fn new(backoff: Backoff) -> Self {
        Self {
            known: None,
            failures: 0,
            told: BTreeSet::new(),
            backoff,
        }
    }

    /// How many endpoints are known.
    pub(super) fn known(&self) -> usize {
        self.known.as_ref().map_or(0, Vec::len)
    }

    /// What follows from `event`; `chance`, from 0 to 1, is how far a wait is shortened.
    pub(super) fn step(&mut self, event: Event, chance: f64) -> Step {
        match event {
            Event::Found {
                endpoints,
                good_for,
                flaw,
            } if !endpoints.is_empty() => {
                self.failures = 0;
                let is_new = self.known.as_ref() != Some(&endpoints);
                let (fault, notice) = match flaw {
                    Some(fault) => self.note(fault),
                    None => (None, self.recover()),
                };
                Step {
                    publish: is_new.then(|| self.known.insert(endpoints).clone()),
                    fault,
                    notice,
                    next: good_for,
                }
            }
            Event::Found { flaw, .. } => {
                let fault = flaw.unwrap_or_else(|| Fault::empty("it names no endpoint"));
                self.fail(fault, chance)
            }
            Event::Failed(fault) => self.fail(fault, chance),
        }
    }

    fn fail(&mut self, fault: Fault, chance: f64) -> Step {
        self.failures = self.failures.saturating_add(1);
        let (fault, notice) = self.note(fault);
        Step {
            publish: None,
            fault,
            notice,
            next: self.backoff.wait(self.failures, chance),
        }
    }

    /// What of `fault` is counted and told. Each failure counts, and those of one kind are told once until they are
    /// over, whatever each attempt dies of. What somebody wrote wrongly counts and is told each time that it is
    /// written, not each time that it is read.
    fn note(&mut self, fault: Fault) -> (Option<FaultKind>, Option<Notice>) {
        let kind = fault.kind;
        let (which, always_counts) = match kind {
            FaultKind::Refused => (fault.cause.clone(), false),
            FaultKind::Failed | FaultKind::Empty => (String::new(), true),
        };
        let is_new = !self.told.contains(&(kind, which.clone()));
        let is_told = is_new && self.told.len() < MOST_TOLD && self.told.insert((kind, which));
        let counted = (is_new || always_counts).then_some(kind);
        (counted, is_told.then_some(Notice::Fault(fault)))
    }

    fn recover(&mut self) -> Option<Notice> {
        let was_well = self.told.is_empty();
        self.told.clear();
        (!was_well).then_some(Notice::Recovered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn progress() -> Progress {
        Progress::new(Backoff {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(8),
        })
    }

    fn endpoints(urls: &[&str]) -> Vec<EndpointConfig> {
        let endpoint =
            |url: &&str| EndpointConfig::from(url.parse::<crate::EndpointUrl>().unwrap());
        urls.iter().map(endpoint).collect()
    }

    fn found(urls: &[&str]) -> Event {
        Event::Found {
            endpoints: endpoints(urls),
            good_for: MINUTE,
            flaw: None,
        }
    }

    #[test]
    fn only_a_change_is_published() {
        let mut progress = progress();
        let step = progress.step(found(&["http://a"]), 0.0);
        assert_eq!(step.publish, Some(endpoints(&["http://a"])));
        assert_eq!((step.fault, step.notice, step.next), (None, None, MINUTE));
        assert_eq!(progress.step(found(&["http://a"]), 0.0).publish, None);
        let step = progress.step(found(&["http://a", "http://b"]), 0.0);
        assert_eq!(step.publish, Some(endpoints(&["http://a", "http://b"])));
        assert_eq!(progress.known(), 2);
    }

    #[test]
    fn failures_keep_what_is_known_and_are_told_once() {
        let mut progress = progress();
        progress.step(found(&["http://a"]), 0.0);
        let fault = Fault::failed("SERVFAIL");
        let first = progress.step(Event::Failed(fault.clone()), 0.0);
        assert_eq!(first.publish, None);
        assert_eq!(first.notice, Some(Notice::Fault(fault)));
        let mut waits = vec![first.next.as_secs()];
        for cause in ["timeout", "SERVFAIL", "refused", "timeout"] {
            let step = progress.step(Event::Failed(Fault::failed(cause)), 0.0);
            assert_eq!((step.publish, step.notice), (None, None), "{cause}");
            assert_eq!(step.fault, Some(FaultKind::Failed));
            waits.push(step.next.as_secs());
        }
        assert_eq!(waits, [1, 2, 4, 8, 8]);
        assert_eq!(progress.known(), 1);
        let step = progress.step(found(&["http://a"]), 0.0);
        assert_eq!((step.publish, step.notice), (None, Some(Notice::Recovered)));
        assert_eq!(progress.step(found(&["http://a"]), 0.0).notice, None);
        let again = progress.step(Event::Failed(Fault::failed("timeout")), 0.0);
        assert!(matches!(again.notice, Some(Notice::Fault(_))));
        assert_eq!(again.next.as_secs(), 1);
    }

    #[test]
    fn an_empty_answer_is_a_fault_of_its_own() {
        let mut progress = progress();
        assert_eq!(progress.step(found(&[]), 0.0).fault, Some(FaultKind::Empty));
        progress.step(found(&["http://a"]), 0.0);
        let failed = progress.step(Event::Failed(Fault::failed("timeout")), 0.0);
        assert!(failed.notice.is_some());
        let empty = progress.step(found(&[]), 0.0);
        assert_eq!(empty.fault, Some(FaultKind::Empty));
        assert!(empty.notice.is_some() && empty.publish.is_none());
        assert_eq!(progress.known(), 1);
    }

    #[test]
    fn a_flaw_does_not_hold_up_the_rest() {
        let mut progress = progress();
        let flawed = || Event::Found {
            endpoints: endpoints(&["http://a"]),
            good_for: MINUTE,
            flaw: Some(Fault::refused("`x` is no URL")),
        };
        let step = progress.step(flawed(), 0.0);
        assert!(step.publish.is_some() && step.notice.is_some());
        assert_eq!((step.fault, step.next), (Some(FaultKind::Refused), MINUTE));
        let again = progress.step(flawed(), 0.0);
        assert_eq!((again.fault, again.notice), (None, None));
        let another = Event::Failed(Fault::refused("`y` is no URL"));
        assert!(progress.step(another, 0.0).notice.is_some());
        let step = progress.step(found(&["http://a"]), 0.0);
        assert_eq!(step.notice, Some(Notice::Recovered));
    }
}

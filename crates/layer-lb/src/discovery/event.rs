//! What a source of endpoints has said, or failed to say.

use std::fmt;
use std::time::Duration;

use crate::config::EndpointConfig;

/// What a source of endpoints has said, or failed to say.
#[derive(Debug)]
pub(super) enum Event {
    /// These are the endpoints now.
    Found {
        /// The endpoints, in an order that changes with nothing but them.
        endpoints: Vec<EndpointConfig>,
        /// How long the answer is good for; the source is asked again then.
        good_for: Duration,
        /// What was wrong with the rest of the answer, if anything.
        flaw: Option<Fault>,
    },
    /// The source has not said which they are.
    Failed(Fault),
}

/// What is wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    /// For the log.
    pub(super) cause: String,
}

/// The kinds of faults; each is a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FaultKind {
    /// The source could not be asked, or did not answer.
    Failed,
    /// The source named no endpoint.
    Empty,
    /// What the source named cannot be an endpoint.
    Refused,
}

impl Fault {
    /// The source could not be asked, or did not answer.
    pub(super) fn failed(cause: impl fmt::Display) -> Self {
        Self::new(FaultKind::Failed, cause)
    }

    /// The source named no endpoint.
    pub(super) fn empty(cause: impl fmt::Display) -> Self {
        Self::new(FaultKind::Empty, cause)
    }

    /// What the source named cannot be an endpoint.
    pub(super) fn refused(cause: impl fmt::Display) -> Self {
        Self::new(FaultKind::Refused, cause)
    }

    fn new(kind: FaultKind, cause: impl fmt::Display) -> Self {
        Self {
            kind,
            cause: cause.to_string(),
        }
    }
}

impl FaultKind {
    /// The word of the log.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Empty => "empty",
            Self::Refused => "refused",
        }
    }
}

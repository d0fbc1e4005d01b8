//! What a client saw of a request.

use std::time::Duration;

/// How a request ended for its client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// By a good answer, whole and right.
    Answered,
    /// By another answer: its status, and its code if the gateway gave it.
    Refused(u16, Option<String>),
    /// By a good answer whose body ended before its end, as the client noticed.
    Truncated,
    /// Without an answer.
    Failed(String),
}

impl Outcome {
    /// Whether this is what a client may see of a request that an endpoint may have received, and that must not
    /// be sent twice: no answer of the endpoint, or the endpoint's own.
    pub(crate) fn is_of_one_that_was_sent(&self) -> bool {
        match self {
            Self::Answered | Self::Truncated | Self::Refused(503, None) => true,
            Self::Refused(_, Some(code)) => {
                ["upstream/reset", "upstream/timeout"].contains(&code.as_str())
            }
            Self::Refused(..) | Self::Failed(_) => false,
        }
    }
}

/// What a client saw of a request.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// When it was due, since 1970.
    pub(crate) due: Duration,
    /// How much later it was sent, for want of processor time.
    pub(crate) lag: Duration,
    /// From when it was due to its end.
    pub(crate) latency: Duration,
    /// The number of a POST.
    pub(crate) nonce: Option<u64>,
    pub(crate) outcome: Outcome,
}

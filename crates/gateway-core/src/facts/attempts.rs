//! Where a request was sent before it was answered.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use super::{Fact, FailureKind};

/// The endpoints that a request was sent to, one after the other or at once, and what each of them came to; travels
/// outward. It is there only where more than one was tried: [`ServedBy`](super::ServedBy) and
/// [`UpstreamFailure`](super::UpstreamFailure) say all there is to say of a single try.
///
/// Shown, it is a list for a log:
///
/// ```
/// use gateway_core::facts::{Attempt, AttemptEnding, Attempts, FailureKind};
///
/// let attempts = Attempts::new(vec![
///     Attempt::new("10.0.0.5:9000".into(), AttemptEnding::Failed(FailureKind::Connect)),
///     Attempt::new("10.0.0.6:9000".into(), AttemptEnding::Answered(http::StatusCode::OK)),
/// ]);
/// assert_eq!(attempts.to_string(), "10.0.0.5:9000=connect, 10.0.0.6:9000=200");
/// assert!(!attempts.is_hedged());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempts(Arc<[Attempt]>);

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The endpoint, as `host:port`.
    pub endpoint: Arc<str>,
    /// What it came to.
    pub ending: AttemptEnding,
    /// Whether it was begun while another was still awaited.
    pub is_hedge: bool,
}

/// What a try came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnding {
    /// A response with this status.
    Answered(StatusCode),
    /// No response.
    Failed(FailureKind),
    /// Another one was faster.
    Cancelled,
}

impl Attempts {
    /// These, in the order in which they began.
    pub fn new(attempts: Vec<Attempt>) -> Self {
        Self(attempts.into())
    }

    /// Each of them, in the order in which they began.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Attempt> {
        self.0.iter()
    }

    /// Whether one of them was begun while another was still awaited.
    pub fn is_hedged(&self) -> bool {
        self.0.iter().any(|attempt| attempt.is_hedge)
    }
}

impl Attempt {
    /// A try at `endpoint` that came to `ending`.
    pub fn new(endpoint: Arc<str>, ending: AttemptEnding) -> Self {
        Self {
            endpoint,
            ending,
            is_hedge: false,
        }
    }
}

impl Fact for Attempts {
    const NAME: &'static str = "attempts";
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, attempt) in self.0.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}={}", attempt.endpoint, attempt.ending)?;
        }
        Ok(())
    }
}

impl fmt::Display for AttemptEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status) => write!(f, "{}", status.as_u16()),
            Self::Failed(kind) => f.write_str(match kind {
                FailureKind::Connect => "connect",
                FailureKind::ConnectTimeout => "connect-timeout",
                FailureKind::Overloaded => "overloaded",
                FailureKind::Unsupported => "unsupported",
                FailureKind::Reset => "reset",
                FailureKind::Malformed => "malformed",
                FailureKind::Timeout => "timeout",
                FailureKind::RequestBody => "request-body",
            }),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

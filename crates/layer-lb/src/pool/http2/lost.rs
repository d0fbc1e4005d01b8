//! How an exchange was lost, and whether it may be tried again.

use h2::{Error, Reason};

use super::super::interim::TooManyInterim;
use crate::failure::Failure;

/// How often a request is sent again, whatever the reasons.
const MAX_RETRIES: u32 = 2;
/// How often of these without proof that the endpoint has not processed it.
const MAX_UNPROVEN: u32 = 1;

/// How an exchange was lost before its response began.
#[derive(Debug)]
pub(super) enum Lost {
    /// The endpoint says that it has not processed the request (RFC 9113, section 8.7), or was never asked.
    Unprocessed(Error),
    /// The connection ended; nobody knows what became of the request.
    Connection(Error),
    /// The endpoint gave up on this request.
    Reset(Error),
    /// What came back is no response.
    Malformed(Error),
    /// The client's body failed.
    RequestBody(axum_core::Error),
    /// There were more interim responses than anybody needs.
    TooManyInterim(TooManyInterim),
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        if error.is_remote() && error.is_go_away() {
            // Streams that the endpoint may have processed go on, and see the connection end.
            Self::Unprocessed(error)
        } else if error.is_remote() && error.reason() == Some(Reason::REFUSED_STREAM) {
            Self::Unprocessed(error)
        } else if error.is_remote() {
            Self::Reset(error)
        } else if error.is_library() {
            Self::Malformed(error)
        } else {
            Self::Connection(error)
        }
    }
}

/// How often a request has been sent again, and why.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Retries {
    all: u32,
    unproven: u32,
}

impl Retries {
    /// Whether the request of `lost` may be sent once more; if so, it is counted. It may where the endpoint
    /// provably has not processed it; where that is unknown, only if processing it twice does no harm.
    pub(super) fn allow(&mut self, lost: &Lost, is_idempotent: bool, can_replay: bool) -> bool {
        let is_unproven = matches!(lost, Lost::Connection(_));
        let is_allowed = match lost {
            Lost::Unprocessed(_) => true,
            Lost::Connection(_) => is_idempotent && self.unproven < MAX_UNPROVEN,
            _ => false,
        };
        let is_allowed = is_allowed && can_replay && self.all < MAX_RETRIES;
        if is_allowed {
            self.all += 1;
            self.unproven += u32::from(is_unproven);
        }
        is_allowed
    }
}

impl Lost {
    /// What the exchange comes to if it is not tried again. `was_sent` says whether an earlier attempt may have
    /// reached the endpoint.
    pub(super) fn into_failure(self, was_sent: bool) -> Failure {
        match self {
            Self::Unprocessed(error) => Failure::reset(&error, was_sent),
            Self::Connection(error) | Self::Reset(error) => Failure::reset(&error, true),
            Self::Malformed(error) => Failure::malformed(&error),
            Self::RequestBody(error) => Failure::request_body(&error),
            Self::TooManyInterim(error) => Failure::malformed(&error),
        }
    }

    /// Whether the endpoint may have seen the request.
    pub(super) fn may_have_been_sent(&self) -> bool {
        !matches!(self, Self::Unprocessed(_))
    }
}

impl From<TooManyInterim> for Lost {
    fn from(error: TooManyInterim) -> Self {
        Self::TooManyInterim(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unprocessed() -> Lost {
        Lost::Unprocessed(Reason::REFUSED_STREAM.into())
    }

    fn connection() -> Lost {
        Lost::Connection(Reason::INTERNAL_ERROR.into())
    }

    #[test]
    fn what_was_not_processed_may_be_sent_twice_more() {
        let mut retries = Retries::default();
        assert!(retries.allow(&unprocessed(), false, true));
        assert!(retries.allow(&unprocessed(), false, true));
        assert!(!retries.allow(&unprocessed(), false, true));
    }

    #[test]
    fn what_may_have_been_processed_is_sent_once_more_where_twice_is_like_once() {
        let mut retries = Retries::default();
        assert!(!retries.allow(&connection(), false, true));
        assert!(retries.allow(&connection(), true, true));
        assert!(!retries.allow(&connection(), true, true));
        assert!(retries.allow(&unprocessed(), true, true), "that is proven");
    }

    #[test]
    fn nothing_is_sent_again_that_is_forgotten_or_was_answered() {
        let mut retries = Retries::default();
        assert!(!retries.allow(&unprocessed(), true, false));
        let reset = Lost::Reset(Reason::CANCEL.into());
        assert!(!retries.allow(&reset, true, true));
        assert!(!retries.allow(&Lost::TooManyInterim(TooManyInterim), true, true));
    }
}

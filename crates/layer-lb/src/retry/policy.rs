//! Which requests are sent again.

use std::time::Duration;

use super::backoff::Backoff;
use super::conditions::Conditions;
use super::reason::Reason;
use crate::config::RetryOn;
use crate::outcome::Ending;

/// Which requests of a route are sent again, how often and when; valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    /// How often a request may be sent again.
    pub(super) attempts: u32,
    pub(super) conditions: Conditions,
    /// Whether requests may be sent again that must not be handled twice and may have been handled.
    pub(super) non_idempotent: bool,
    /// How long each try may take until its response begins.
    pub(super) timeout: Option<Duration>,
    pub(super) backoff: Backoff,
    /// Up to which time a `Retry-After` is waited for.
    pub(super) longest_retry_after: Duration,
}

/// How a try ended, and what that means for another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) ending: Ending,
    /// Whether the endpoint may have seen any part of the request.
    pub(crate) may_have_been_sent: bool,
    /// Whether the method is one that may be handled twice (RFC 9110, section 9.2.2).
    pub(crate) is_idempotent: bool,
}

/// Whether a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may, if all of it is still there.
    Again(Reason),
    /// It may not, since it may have been handled and must not be handled twice.
    NotTwice,
    /// Nothing has happened that would ask for it.
    Final,
}

impl RetryPolicy {
    /// Whether a request that `ended` so may be sent again.
    pub(crate) fn verdict(&self, ended: Ended) -> Verdict {
        match self.conditions.reason(ended.ending) {
            None => Verdict::Final,
            Some(_) if ended.may_have_been_sent && !self.may_repeat(ended.is_idempotent) => {
                Verdict::NotTwice
            }
            Some(reason) => Verdict::Again(reason),
        }
    }

    /// Whether a request may be sent again that may have been handled.
    pub(crate) fn may_repeat(&self, is_idempotent: bool) -> bool {
        is_idempotent || self.non_idempotent
    }

    /// Whether the status of gRPC matters.
    pub(crate) fn looks_at_grpc(&self) -> bool {
        self.conditions.looks_at_grpc()
    }

    /// How often a request may be sent again.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long each try may take until its response begins, where all of them may take `whole`.
    pub(crate) fn try_limit(&self, whole: Duration) -> Duration {
        self.timeout.map_or(whole, |limit| limit.min(whole))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 1,
            conditions: Conditions::new(&[
                RetryOn::ConnectFailure,
                RetryOn::Reset,
                RetryOn::Statuses {
                    first: 503,
                    last: 503,
                },
            ]),
            non_idempotent: false,
            timeout: None,
            backoff: Backoff::default(),
            longest_retry_after: Duration::from_secs(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::facts::FailureKind;
    use http::StatusCode;

    use super::*;

    fn status(status: StatusCode) -> Ending {
        Ending::Response {
            status,
            grpc_status: None,
        }
    }

    fn verdict(policy: &RetryPolicy, ending: Ending, sent: bool, idempotent: bool) -> Verdict {
        policy.verdict(Ended {
            ending,
            may_have_been_sent: sent,
            is_idempotent: idempotent,
        })
    }

    #[test]
    fn what_may_have_been_handled_is_sent_again_where_twice_is_like_once() {
        let policy = RetryPolicy::default();
        let reset = Ending::Failed(FailureKind::Reset);
        for (sent, idempotent, expected) in [
            (true, true, Verdict::Again(Reason::Reset)),
            (true, false, Verdict::NotTwice),
            (false, false, Verdict::Again(Reason::Reset)),
            (false, true, Verdict::Again(Reason::Reset)),
        ] {
            assert_eq!(verdict(&policy, reset, sent, idempotent), expected);
        }
        let unavailable = status(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            verdict(&policy, unavailable, true, false),
            Verdict::NotTwice
        );
    }

    #[test]
    fn a_route_may_know_better() {
        let policy = RetryPolicy {
            non_idempotent: true,
            ..RetryPolicy::default()
        };
        let reset = Ending::Failed(FailureKind::Reset);
        assert_eq!(
            verdict(&policy, reset, true, false),
            Verdict::Again(Reason::Reset)
        );
    }

    #[test]
    fn by_default_a_timeout_and_a_500_are_final() {
        let policy = RetryPolicy::default();
        for ending in [
            Ending::Failed(FailureKind::Timeout),
            Ending::Failed(FailureKind::RequestBody),
            status(StatusCode::INTERNAL_SERVER_ERROR),
            status(StatusCode::OK),
        ] {
            assert_eq!(
                verdict(&policy, ending, true, true),
                Verdict::Final,
                "{ending:?}"
            );
        }
    }

    #[test]
    fn a_try_takes_no_longer_than_all_of_them() {
        let mut policy = RetryPolicy::default();
        let whole = Duration::from_secs(15);
        assert_eq!(policy.try_limit(whole), whole);
        policy.timeout = Some(Duration::from_secs(2));
        assert_eq!(policy.try_limit(whole), Duration::from_secs(2));
        assert_eq!(
            policy.try_limit(Duration::from_secs(1)),
            Duration::from_secs(1)
        );
    }
}

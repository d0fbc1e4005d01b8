//! Whether there is time for another try, and when it begins.

use std::time::Duration;

use tokio::time::Instant;

use super::policy::RetryPolicy;
use super::reason::Reason;

/// When a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// At once if it goes to an endpoint that was not tried, otherwise after this time. What failed is one endpoint, and
    /// only that one is to be spared. nginx and HAProxy (`option redispatch`) do so; Envoy always waits.
    Unless(Duration),
    /// After this time, wherever it goes: the service has too much to do.
    Always(Duration),
    /// Not at all: it would take too long.
    TooLong,
}

/// What is known when a request is to be sent again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Situation {
    pub(super) reason: Reason,
    /// Which retry this is, counted from 1.
    pub(super) retry: u32,
    /// How long the response asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// When it will not matter any more.
    pub(super) end: Instant,
    pub(super) now: Instant,
    /// From 0 to 1.
    pub(super) random: f64,
}

impl Pause {
    /// When `policy` lets a request be sent again.
    pub(super) fn of(policy: &RetryPolicy, situation: Situation) -> Self {
        let backoff = policy.backoff.wait(situation.retry, situation.random);
        let left = situation.end.saturating_duration_since(situation.now);
        let (wait, always) = match situation.retry_after {
            Some(asked) if asked > policy.longest_retry_after => return Self::TooLong,
            // Others were asked the same, and should not all come at that moment.
            Some(asked) => (asked.saturating_add(backoff), true),
            None => (backoff, !situation.reason.is_of_one_endpoint()),
        };
        let too_long = if always { wait >= left } else { left.is_zero() };
        match (too_long, always) {
            (true, _) => Self::TooLong,
            (false, true) => Self::Always(wait),
            (false, false) => Self::Unless(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// For a first retry with half of the longest back-off, which is 12.5 ms, and a second left.
    fn pause(reason: Reason, retry_after: Option<Duration>, left: Duration) -> Pause {
        let now = Instant::now();
        let situation = Situation {
            reason,
            retry: 1,
            retry_after,
            end: now + left,
            now,
            random: 0.5,
        };
        Pause::of(&RetryPolicy::default(), situation)
    }

    #[test]
    fn another_endpoint_need_not_be_spared_for_what_one_did() {
        let half = MS * 25 / 2;
        let second = MS * 1000;
        for reason in [Reason::ConnectFailure, Reason::Reset, Reason::Timeout] {
            assert_eq!(pause(reason, None, second), Pause::Unless(half));
        }
        for reason in [Reason::Status, Reason::GrpcStatus] {
            assert_eq!(pause(reason, None, second), Pause::Always(half));
        }
    }

    #[test]
    fn what_the_service_asks_for_is_waited_for_up_to_a_limit() {
        let (half, left) = (MS * 25 / 2, MS * 5000);
        let asked = |time| pause(Reason::Status, Some(time), left);
        assert_eq!(asked(MS * 1000), Pause::Always(MS * 1000 + half));
        assert_eq!(asked(Duration::ZERO), Pause::Always(half));
        assert_eq!(asked(MS * 1001), Pause::TooLong);
        assert_eq!(asked(Duration::MAX), Pause::TooLong);
    }

    #[test]
    fn nothing_begins_after_its_end() {
        let half = MS * 25 / 2;
        assert_eq!(pause(Reason::Status, None, half), Pause::TooLong);
        assert_eq!(pause(Reason::Status, None, half + MS), Pause::Always(half));
        assert_eq!(pause(Reason::Reset, None, MS), Pause::Unless(half));
        assert_eq!(pause(Reason::Reset, None, Duration::ZERO), Pause::TooLong);
        let asked = Some(MS * 500);
        assert_eq!(pause(Reason::Status, asked, MS * 500), Pause::TooLong);
    }
}

//! What a connection is busy with, for its deadlines.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gateway_core::rejection::Rejection;
use tokio::time::Instant;

use super::ConnectionLimits;
use super::head_scan::Fault;

/// What a connection is busy with. Noted by the socket and by the service with a few relaxed stores per
/// request; looked at by one timer per connection, so that no request pays for a timer of its own.
#[derive(Clone, Debug)]
pub(super) struct Activity(Arc<Notes>);

#[derive(Debug)]
struct Notes {
    opened: Instant,
    /// Requests whose responses have not ended.
    requests: AtomicUsize,
    /// When the state below began, in milliseconds since `opened`.
    since: AtomicU64,
    /// When the client stopped taking what we write, in milliseconds since `opened`; [`TAKING`] while it does.
    blocked: AtomicU64,
    /// Bytes of a head have come, the head has not.
    head_begun: AtomicBool,
    /// Requests so far, those that have ended included.
    begun: AtomicU64,
    /// A head that has to be refused for what its raw bytes show.
    fault: OnceLock<Fault>,
}

/// The client takes what we write.
const TAKING: u64 = u64::MAX;

/// Why a connection has to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// A request head was begun and not finished in time.
    Head,
    /// No request for too long.
    Idle,
    /// The client took nothing of a response for too long.
    Write,
}

impl std::fmt::Display for Overdue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Head => "the request head took too long",
            Self::Idle => "no request for too long",
            Self::Write => "the client reads no more",
        })
    }
}

impl Activity {
    /// A connection whose first head has begun, its protocol being known.
    pub(super) fn new() -> Self {
        Self(Arc::new(Notes {
            opened: Instant::now(),
            requests: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            blocked: AtomicU64::new(TAKING),
            head_begun: AtomicBool::new(true),
            begun: AtomicU64::new(0),
            fault: OnceLock::new(),
        }))
    }

    /// Bytes have come.
    pub(super) fn bytes_read(&self) {
        let notes = &*self.0;
        if notes.requests.load(Relaxed) == 0 && !notes.head_begun.load(Relaxed) {
            notes.head_begun.store(true, Relaxed);
            notes.since.store(self.now(), Relaxed);
        }
    }

    /// The socket takes no more for now.
    pub(super) fn write_blocked(&self) {
        let notes = &*self.0;
        if notes.blocked.load(Relaxed) == TAKING {
            notes.blocked.store(self.now(), Relaxed);
        }
    }

    /// The socket has taken something.
    pub(super) fn wrote(&self) {
        let notes = &*self.0;
        if notes.blocked.load(Relaxed) != TAKING {
            // A response that has ended for us ends for the client only now.
            notes.since.store(self.now(), Relaxed);
            notes.blocked.store(TAKING, Release);
        }
    }

    /// The raw bytes of a head show that it has to be refused.
    pub(super) fn found(&self, fault: Fault) {
        // The first one closes the connection, so no other matters.
        let _ = self.0.fault.set(fault);
    }

    /// A request head is complete; its response ends when the guard is dropped.
    pub(super) fn request(&self) -> InFlight {
        self.0.requests.fetch_add(1, Relaxed);
        self.0.head_begun.store(false, Relaxed);
        InFlight {
            number: self.0.begun.fetch_add(1, Relaxed),
            activity: self.clone(),
        }
    }

    /// What is overdue, or else how long it is until something may be.
    pub(super) fn check(&self, limits: &ConnectionLimits) -> Result<Duration, Overdue> {
        // Another state may begin at any moment, with a limit of its own.
        let soonest = limits.soonest();
        let (since, limit, overdue) = match self.state() {
            State::Busy => return Ok(soonest),
            State::Blocked { since } => (since, limits.write_timeout, Overdue::Write),
            State::Head { since } => (since, limits.header_timeout, Overdue::Head),
            State::Idle { since } => (since, limits.idle_timeout, Overdue::Idle),
        };
        let elapsed = Duration::from_millis(self.now().saturating_sub(since));
        match limit.saturating_sub(elapsed) {
            Duration::ZERO => Err(overdue),
            left => Ok(left.min(soonest)),
        }
    }

    fn state(&self) -> State {
        let notes = &*self.0;
        let blocked = notes.blocked.load(Acquire);
        if blocked != TAKING {
            return State::Blocked { since: blocked };
        }
        // Seen to be 0, `since` is as new as that.
        if notes.requests.load(Acquire) > 0 {
            return State::Busy;
        }
        let since = notes.since.load(Relaxed);
        if notes.head_begun.load(Relaxed) {
            State::Head { since }
        } else {
            State::Idle { since }
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What a connection is doing, and since when in milliseconds since it was opened.
enum State {
    Busy,
    Blocked { since: u64 },
    Head { since: u64 },
    Idle { since: u64 },
}

/// A request whose response has not ended.
#[derive(Debug)]
pub(super) struct InFlight {
    activity: Activity,
    /// Its number on the connection, from 0.
    number: u64,
}

impl InFlight {
    /// Checks what the raw bytes of the request's head have shown.
    ///
    /// # Errors
    /// Why the request has to be refused.
    pub(super) fn check_raw_head(&self) -> Result<(), Rejection> {
        match self.activity.0.fault.get() {
            // What follows on this connection is not looked at any more, so nothing may.
            Some((number, error)) if *number <= self.number => {
                Err(Rejection::from(*error).closing_connection())
            }
            _ => Ok(()),
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let activity = &self.activity;
        activity.0.since.store(activity.now(), Relaxed);
        activity.0.requests.fetch_sub(1, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn heads_and_idleness_have_their_own_limits() {
        let limits = ConnectionLimits::default();
        let activity = Activity::new();
        pass(9).await;
        assert_eq!(activity.check(&limits), Ok(Duration::from_secs(1)));
        let request = activity.request();
        pass(600).await;
        assert!(activity.check(&limits).is_ok(), "a request is under way");
        drop(request);
        pass(74).await;
        assert_eq!(activity.check(&limits), Ok(Duration::from_secs(1)));
        activity.bytes_read();
        pass(9).await;
        activity.bytes_read();
        pass(1).await;
        assert_eq!(
            activity.check(&limits),
            Err(Overdue::Head),
            "dripping does not help"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_shorter_limit_is_looked_at_in_time() {
        let limits = ConnectionLimits {
            header_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_millis(250),
            ..ConnectionLimits::default()
        };
        let activity = Activity::new();
        assert_eq!(activity.check(&limits), Ok(Duration::from_millis(250)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_no_more_goes_and_one_that_reads_slowly_stays() {
        let limits = ConnectionLimits::default();
        let activity = Activity::new();
        let request = activity.request();
        activity.write_blocked();
        pass(59).await;
        activity.write_blocked();
        assert_eq!(activity.check(&limits), Ok(Duration::from_secs(1)));
        activity.wrote();
        activity.write_blocked();
        drop(request);
        pass(59).await;
        assert!(
            activity.check(&limits).is_ok(),
            "the end of the response is not yet written"
        );
        pass(1).await;
        assert_eq!(activity.check(&limits), Err(Overdue::Write));
        activity.wrote();
        assert!(activity.check(&limits).is_ok(), "idle only from here on");
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_goes() {
        let limits = ConnectionLimits::default();
        let activity = Activity::new();
        drop(activity.request());
        pass(75).await;
        assert_eq!(activity.check(&limits), Err(Overdue::Idle));
    }
}

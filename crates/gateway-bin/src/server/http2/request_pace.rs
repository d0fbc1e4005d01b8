//! How slowly the body of a request comes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use gateway_core::deadline::after;
use tokio::time::Instant;

use crate::server::BodyPace;
use crate::server::body_pace::Waited;

/// How slowly the body of a request comes: how long it was waited for. Shared by the body, wherever it is read, and
/// by the stream, which judges.
#[derive(Debug, Default)]
pub(super) struct RequestPace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waited: Waited,
    /// Wakes who waits.
    waker: Option<Waker>,
    is_over: bool,
}

impl RequestPace {
    /// Somebody waits, from now on unless it was waiting already. Whether it is too late for that.
    pub(super) fn waits(&self, waker: &Waker) -> bool {
        let mut state = self.state();
        state.waited.begin();
        match &mut state.waker {
            Some(waiting) => waiting.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        state.is_over
    }

    /// What was waited for has come.
    pub(super) fn came(&self, bytes: usize) {
        self.state().waited.received(bytes);
    }

    /// When patience ends unless more comes; `None` once it has. `partial` bytes of some body have come that nobody
    /// can be shown yet.
    pub(super) fn deadline(&self, pace: BodyPace, partial: u32, now: Instant) -> Option<Instant> {
        match self.state().waited.deadline(pace, partial) {
            Some(deadline) => (deadline > now).then_some(deadline),
            // Nobody waits, and whoever begins to has patience for that long at least.
            None => Some(after(now, pace.grace)),
        }
    }

    /// Patience is over: whoever waits, or comes to wait, gets an error.
    pub(super) fn end(&self) {
        let waker = {
            let mut state = self.state();
            state.is_over = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_waiting_counts_and_bytes_buy_time() {
        let pace = BodyPace::default();
        let body = RequestPace::default();
        let left = |partial| {
            let now = Instant::now();
            let deadline = body.deadline(pace, partial, now);
            deadline.map(|deadline| (deadline - now).as_secs())
        };
        tokio::time::advance(Duration::from_secs(600)).await;
        assert_eq!(left(0), Some(10), "nobody has waited");
        assert!(!body.waits(Waker::noop()));
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(!body.waits(Waker::noop()));
        assert_eq!(left(0), Some(6));
        assert_eq!(left(480), Some(8), "a frame is on its way");
        body.came(240);
        tokio::time::advance(Duration::from_secs(600)).await;
        assert!(!body.waits(Waker::noop()));
        assert_eq!(left(0), Some(7), "4 s of 11 s are gone");
        tokio::time::advance(Duration::from_secs(7)).await;
        assert_eq!(left(0), None);
        body.end();
        assert!(body.waits(Waker::noop()));
    }
}

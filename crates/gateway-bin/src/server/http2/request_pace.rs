//! How slowly the body of a request comes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use crate::server::BodyPace;

/// How slowly the body of a request comes: how long it was waited for. Shared by the body, wherever it is read, and
/// by the stream, which judges.
#[derive(Debug, Default)]
pub(super) struct RequestPace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    received: u64,
    waited: Duration,
    /// Since when somebody waits.
    waiting: Option<(Instant, Waker)>,
    is_over: bool,
}

impl RequestPace {
    /// Somebody waits, from now on unless it was waiting already. Whether it is too late for that.
    pub(super) fn waits(&self, waker: &Waker) -> bool {
        let mut state = self.state();
        match &mut state.waiting {
            Some((_, waiting)) => waiting.clone_from(waker),
            none => *none = Some((Instant::now(), waker.clone())),
        }
        state.is_over
    }

    /// What was waited for has come.
    pub(super) fn came(&self, bytes: usize) {
        let mut state = self.state();
        if let Some((since, _)) = state.waiting.take() {
            state.waited += since.elapsed();
        }
        state.received += u64::try_from(bytes).unwrap_or(u64::MAX);
    }

    /// When patience ends unless more comes; `None` once it has. `partial` bytes of some body have come that nobody
    /// can be shown yet.
    pub(super) fn deadline(&self, pace: BodyPace, partial: u32, now: Instant) -> Option<Instant> {
        let state = self.state();
        let patience = pace.patience(state.received.saturating_add(partial.into()));
        let Some((since, _)) = &state.waiting else {
            return Some(now + pace.grace);
        };
        let left = patience.saturating_sub(state.waited);
        let deadline = *since + left;
        (deadline > now).then_some(deadline)
    }

    /// Patience is over: whoever waits, or comes to wait, gets an error.
    pub(super) fn end(&self) {
        let waiting = {
            let mut state = self.state();
            state.is_over = true;
            state.waiting.take()
        };
        if let Some((_, waker)) = waiting {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
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

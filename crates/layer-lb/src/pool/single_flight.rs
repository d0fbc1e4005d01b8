//! One attempt at a time, whose outcome everybody shares who waits for it.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// One attempt at a time, whose outcome everybody shares who waits for it. Without it a burst of requests
/// would open as many connections, and an endpoint that swallows packets would be tried by one waiter
/// after the other, each for the whole of its time.
#[derive(Debug)]
pub(super) struct SingleFlight<E> {
    /// How many attempts have failed.
    failures: AtomicU64,
    last: Mutex<Option<E>>,
}

impl<E: Clone> SingleFlight<E> {
    /// No attempt yet.
    pub(super) fn new() -> Self {
        Self {
            failures: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }

    /// What `attempt` comes to, once nobody else is at it; or the error of an attempt that somebody else made
    /// meanwhile. `attempt` looks first whether somebody else has succeeded.
    pub(super) async fn run<T>(&self, attempt: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let known = self.failures.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        if self.failures.load(Ordering::Acquire) != known
            && let Some(error) = &*last
        {
            return Err(error.clone());
        }
        let result = attempt.await;
        if let Err(error) = &result {
            *last = Some(error.clone());
            self.failures.fetch_add(1, Ordering::Release);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn those_who_wait_share_a_failure_and_those_who_come_later_try_again() {
        let flight = SingleFlight::new();
        let attempts = Cell::new(0);
        let fail = || async {
            attempts.set(attempts.get() + 1);
            tokio::task::yield_now().await;
            Err::<(), _>(attempts.get())
        };
        let (a, b, c) = tokio::join!(flight.run(fail()), flight.run(fail()), flight.run(fail()));
        assert_eq!((a, b, c), (Err(1), Err(1), Err(1)));
        assert_eq!(flight.run(fail()).await, Err(2));
    }
}

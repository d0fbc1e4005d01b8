//! One attempt at a time, whose outcome everybody shares who waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::{self, Receiver, WeakSender};
use tokio::task::AbortHandle;

/// One attempt at a time, whose outcome everybody shares who waits for it. Without it a burst of requests
/// would make as many, and an endpoint that swallows packets would be tried by one waiter after the other,
/// each for the whole of its time.
///
/// The attempt is a task of its own: it belongs to none of those who wait, so that the first of them to give
/// up takes nothing from the others. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct SingleFlight<T>(Arc<Mutex<Option<Flight<T>>>>);

/// An attempt. Its task alone holds the sender, so that the outcome lives no longer than those who wait.
#[derive(Debug)]
struct Flight<T> {
    outcome: WeakSender<T>,
    task: AbortHandle,
}

impl<T: Clone + Send + 'static> SingleFlight<T> {
    /// No attempt yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    /// What the attempt under way comes to, or the one that `begin` makes where there is none; `None` where it
    /// ends without an outcome.
    pub(super) async fn run<F>(&self, begin: impl FnOnce() -> F) -> Option<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut outcome = self.join(begin);
        outcome.recv().await.ok()
    }

    fn join<F>(&self, begin: impl FnOnce() -> F) -> Receiver<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut current = lock(&self.0);
        let under_way = current.as_ref().and_then(|flight| flight.outcome.upgrade());
        if let Some(sender) = under_way {
            return sender.subscribe();
        }
        let (sender, receiver) = broadcast::channel(1);
        let outcome = sender.downgrade();
        let attempt = begin();
        let flights = Arc::clone(&self.0);
        let task = tokio::spawn(async move {
            let outcome = attempt.await;
            // Whoever joins does so before this or finds the sender gone.
            let _joining = lock(&flights);
            // Nobody may be waiting any more.
            let _ = sender.send(outcome);
            drop(sender);
        });
        let task = task.abort_handle();
        *current = Some(Flight { outcome, task });
        receiver
    }
}

impl<T> Drop for SingleFlight<T> {
    fn drop(&mut self) {
        if let Some(flight) = lock(&self.0).take() {
            flight.task.abort();
        }
    }
}

fn lock<T>(flight: &Mutex<Option<Flight<T>>>) -> MutexGuard<'_, Option<Flight<T>>> {
    flight.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// An attempt of three seconds that comes to its own number.
    async fn attempt(attempts: Arc<AtomicU32>) -> u32 {
        let number = attempts.fetch_add(1, Ordering::Relaxed);
        sleep(3 * SECOND).await;
        number
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_share_an_outcome_and_those_who_come_later_try_again() {
        let flight = SingleFlight::new();
        let attempts = Arc::default();
        let run = || flight.run(|| attempt(Arc::clone(&attempts)));
        assert_eq!(
            tokio::join!(run(), run(), run()),
            (Some(0), Some(0), Some(0))
        );
        assert_eq!(run().await, Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gives_up_takes_nothing_from_the_others() {
        let flight = SingleFlight::new();
        let attempts = Arc::default();
        let run = || flight.run(|| attempt(Arc::clone(&attempts)));
        let (impatient, patient) = tokio::join!(timeout(SECOND, run()), run());
        assert!(impatient.is_err());
        assert_eq!(patient, Some(0));

        assert!(timeout(SECOND, run()).await.is_err());
        assert_eq!(run().await, Some(1), "it went on while nobody waited");
    }

    #[tokio::test(start_paused = true)]
    async fn an_outcome_lives_no_longer_than_those_who_wait() {
        let flight = SingleFlight::new();
        let outcome = flight.run(|| async { Arc::new(()) }).await.unwrap();
        assert_eq!(Arc::strong_count(&outcome), 1);
    }

    #[tokio::test]
    async fn an_attempt_ends_with_its_owner() {
        let flight = SingleFlight::new();
        let (held, dropped) = oneshot::channel::<()>();
        let attempt = flight.join(|| async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        drop((flight, attempt));
        assert!(dropped.await.is_err());
    }

    #[tokio::test]
    async fn an_attempt_that_panics_leaves_the_next_one_free() {
        let flight = SingleFlight::new();
        let broken = flight.run(|| async { panic!("broken") });
        assert_eq!(broken.await, None);
        assert_eq!(flight.run(|| async { 7 }).await, Some(7));
    }
}

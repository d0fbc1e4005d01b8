//! A deadline that moves with every request and hardly ever rings.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline that moves with every request and hardly ever rings.
///
/// Entering a timer into the runtime's wheel and taking it out again takes a lock twice. An alarm lives as long as
/// its connection and leaves its timer where it is when the deadline moves away: when the timer rings too early, it
/// is entered anew for what remains. So a busy connection pays once in many requests.
#[derive(Debug, Default)]
pub(super) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready once `deadline` has passed.
    pub(super) fn poll_until(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self
            .0
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }
}

/// The moment `limit` after `start`; a limit beyond a year is as good as a year.
pub(super) fn after(start: Instant, limit: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    start + limit.min(YEAR)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_rings_when_the_last_deadline_has_passed() {
        let mut alarm = Alarm::default();
        for seconds in [15, 300, 2] {
            let start = Instant::now();
            let deadline = after(start, Duration::from_secs(seconds));
            let mut at = after(start, Duration::from_secs(1));
            poll_fn(|cx| {
                let polled = alarm.poll_until(at, cx);
                at = deadline;
                match polled {
                    Poll::Ready(()) => alarm.poll_until(at, cx),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await;
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_without_bounds_does_not_overflow() {
        let now = Instant::now();
        assert!(after(now, Duration::MAX) > now);
    }
}

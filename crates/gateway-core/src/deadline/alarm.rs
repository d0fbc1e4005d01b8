//! A deadline that moves with every request and hardly ever rings.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline that moves with every request and hardly ever rings.
///
/// Entering a timer into the runtime's wheel and taking it out again takes a lock twice. An alarm lives as
/// long as its connection and leaves its timer where it is when the deadline moves away: when the timer
/// rings too early, it is entered anew for what remains. So a busy connection pays once in many requests.
///
/// ```
/// use std::time::Duration;
///
/// use gateway_core::deadline::{Alarm, after};
/// use tokio::time::Instant;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let deadline = after(Instant::now(), Duration::from_millis(1));
/// let mut alarm = Alarm::default();
/// let answer = alarm.guard(std::future::pending::<()>(), || deadline);
/// assert_eq!(answer.await, None);
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready once `deadline` has passed.
    pub fn poll_until(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
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

    /// The output of `future`, or `None` once the deadline has passed. The deadline is asked for anew each
    /// time something happens, so it may move while the future is awaited.
    pub fn guard<F, D>(&mut self, future: F, deadline: D) -> Guarded<'_, F, D>
    where
        F: Future,
        D: Fn() -> Instant,
    {
        Guarded {
            future,
            deadline,
            alarm: self,
        }
    }
}

pin_project! {
    /// The future of [`Alarm::guard`]; an asynchronous function would hold what it awaits twice.
    #[must_use = "futures do nothing unless polled"]
    pub struct Guarded<'a, F, D> {
        #[pin]
        future: F,
        deadline: D,
        alarm: &'a mut Alarm,
    }
}

impl<F, D> Future for Guarded<'_, F, D>
where
    F: Future,
    D: Fn() -> Instant,
{
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => this.alarm.poll_until((this.deadline)(), cx).map(|()| None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;
    use std::time::Duration;

    use super::super::after;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn rings_when_the_last_deadline_has_passed() {
        let mut alarm = Alarm::default();
        for seconds in [15, 300, 2] {
            let start = Instant::now();
            let limit = Duration::from_secs(seconds);
            assert!(
                alarm
                    .guard(pending::<()>(), || after(start, limit))
                    .await
                    .is_none()
            );
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn follows_a_deadline_that_moves_while_it_waits() {
        let start = Instant::now();
        let moves = Cell::new(0);
        let deadline = || {
            moves.set(moves.get() + 1);
            after(start, Duration::from_secs(5 * moves.get().min(4)))
        };
        assert!(
            Alarm::default()
                .guard(pending::<()>(), deadline)
                .await
                .is_none()
        );
        assert_eq!(start.elapsed().as_secs(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_without_bounds_does_not_overflow() {
        let now = Instant::now();
        assert!(after(now, Duration::MAX) > now);
        let output = Alarm::default()
            .guard(async { 7 }, || after(now, Duration::MAX))
            .await;
        assert_eq!(output, Some(7));
    }
}

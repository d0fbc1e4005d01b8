//! The phases of shutting down.

use std::time::Duration;

use tokio::sync::watch;

/// How far a shutdown has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Serving.
    Serving,
    /// Not ready any more, for load balancers to notice; still accepting.
    Announced,
    /// No new connections; those there are finish their requests and close.
    Draining,
    /// Whatever is still open is cut.
    Closed,
}

/// How long the phases of a shutdown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainTimes {
    /// How long to keep accepting after readiness is gone.
    pub keep_accepting: Duration,
    /// How long requests may take to finish.
    pub timeout: Duration,
}

impl Default for DrainTimes {
    fn default() -> Self {
        Self {
            keep_accepting: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
        }
    }
}

impl DrainTimes {
    /// The same, but accepting no more at once: for somebody who waits at a terminal.
    #[must_use]
    pub fn without_notice(self) -> Self {
        Self {
            keep_accepting: Duration::ZERO,
            ..self
        }
    }
}

/// Tells everybody how far a shutdown has got.
#[derive(Clone, Debug)]
pub struct Drain(watch::Sender<Phase>);

impl Drain {
    /// Serving.
    pub fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    /// The phase now.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Goes on to `phase`; never back.
    pub fn advance(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let later = *now < phase;
            *now = phase.max(*now);
            later
        });
    }

    /// Waits until `phase` is reached.
    pub async fn reached(&self, phase: Phase) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|now| *now >= phase).await;
    }

    /// Goes through the phases: announces, waits, drains until `idle` or until time is up, closes. Tells how
    /// many connections were `left` when it closed.
    pub async fn run(
        &self,
        times: DrainTimes,
        idle: impl Future<Output = ()>,
        left: impl Fn() -> usize,
    ) -> usize {
        self.advance(Phase::Announced);
        tokio::time::sleep(times.keep_accepting).await;
        self.advance(Phase::Draining);
        let ended = tokio::time::timeout(times.timeout, idle).await;
        // Asked before they are told to close: from then on they end by themselves.
        let left = if ended.is_ok() { 0 } else { left() };
        self.advance(Phase::Closed);
        left
    }
}

impl Default for Drain {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn phases_follow_each_other_and_the_limit_is_hard() {
        let drain = Drain::new();
        let started = tokio::time::Instant::now();
        let watching = drain.clone();
        let draining = tokio::spawn(async move {
            watching.reached(Phase::Draining).await;
            started.elapsed()
        });
        let cut = drain
            .run(DrainTimes::default(), std::future::pending(), || 3)
            .await;
        assert_eq!(cut, 3);
        assert_eq!(draining.await.unwrap(), Duration::from_secs(5));
        assert_eq!(started.elapsed(), Duration::from_secs(35));
        drain.advance(Phase::Serving);
        assert_eq!(drain.phase(), Phase::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_ends_in_time_is_not_cut() {
        let drain = Drain::new();
        let idle = tokio::time::sleep(Duration::from_secs(10));
        assert_eq!(drain.run(DrainTimes::default(), idle, || 3).await, 0);
        assert_eq!(drain.phase(), Phase::Closed);
    }
}

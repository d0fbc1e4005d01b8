//! How long a client has kept a body waiting.

use std::time::Duration;

use tokio::time::Instant;

use crate::server::BodyPace;

/// How long a client has kept those waiting who read its body. The time in which nobody reads is not its fault.
#[derive(Debug, Default)]
pub(super) struct Waited {
    before: Duration,
    since: Option<Instant>,
    received: u64,
}

impl Waited {
    /// Somebody waits from now on; returns whether nobody did before.
    pub(super) fn begin(&mut self) -> bool {
        let begins = self.since.is_none();
        if begins {
            self.since = Some(Instant::now());
        }
        begins
    }

    /// As many bytes have come.
    pub(super) fn received(&mut self, count: usize) {
        self.received = self.received.saturating_add(count as u64);
        if let Some(since) = self.since.take() {
            self.before += since.elapsed();
        }
    }

    /// When the client will have been waited for too long, if it is waited for at all.
    pub(super) fn deadline(&self, pace: BodyPace) -> Option<Instant> {
        let left = pace.patience(self.received).saturating_sub(self.before);
        self.since?.checked_add(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_the_time_waited_counts() {
        let pace = BodyPace {
            grace: Duration::from_secs(10),
            rate: 100,
        };
        let mut waited = Waited::default();
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(waited.deadline(pace), None);

        assert!(waited.begin());
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(!waited.begin());
        let left = |waited: &Waited| waited.deadline(pace).map(|at| at - Instant::now());
        assert_eq!(left(&waited), Some(Duration::from_secs(6)));

        waited.received(300);
        tokio::time::advance(Duration::from_secs(60)).await;
        waited.begin();
        assert_eq!(
            left(&waited),
            Some(Duration::from_secs(9)),
            "300 bytes are worth three seconds"
        );
    }
}

//! How slowly a client may send a body, and how slowly it does.

use std::time::Duration;

use gateway_core::deadline::after;
use tokio::time::Instant;

/// How slowly a client may send a body that is waited for. A slow upstream does not count against it, and a
/// gRPC stream may rest as long as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPace {
    /// How long the client may be waited for on top of what the rate allows; 10 s.
    pub grace: Duration,
    /// Bytes per second; 240.
    pub rate: u64,
}

impl Default for BodyPace {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(10),
            rate: 240,
        }
    }
}

impl BodyPace {
    /// How long the client may have been waited for by the time that `received` bytes of a body have come.
    pub fn patience(self, received: u64) -> Duration {
        let allowed = received.saturating_mul(1000) / self.rate.max(1);
        self.grace.saturating_add(Duration::from_millis(allowed))
    }
}

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

    /// When the client will have been waited for too long, if it is waited for at all. `partial` bytes have come
    /// that its reader cannot be shown yet.
    pub(super) fn deadline(&self, pace: BodyPace, partial: u32) -> Option<Instant> {
        let received = self.received.saturating_add(partial.into());
        let left = pace.patience(received).saturating_sub(self.before);
        self.since.map(|since| after(since, left))
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
        assert_eq!(waited.deadline(pace, 0), None);

        assert!(waited.begin());
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(!waited.begin());
        let left = |waited: &Waited, partial| {
            let deadline = waited.deadline(pace, partial)?;
            Some((deadline - Instant::now()).as_secs())
        };
        assert_eq!(left(&waited, 0), Some(6));
        assert_eq!(left(&waited, 200), Some(8), "more is on its way");

        waited.received(300);
        tokio::time::advance(Duration::from_secs(60)).await;
        waited.begin();
        assert_eq!(
            left(&waited, 0),
            Some(9),
            "300 bytes are worth three seconds"
        );
    }
}

//! What may happen a thousand times a second, and is logged every few seconds.

use std::time::Duration;

use tokio::time::Instant;

/// How often the same thing is logged at most.
const INTERVAL: Duration = Duration::from_secs(5);

/// Lets something that may happen often be logged the first time and then every 5 s at most.
#[derive(Debug, Default)]
pub(super) struct Occasional {
    last: Option<Instant>,
    unsaid: u64,
}

impl Occasional {
    /// It happened once more: how often since it was logged last, if it is to be logged now.
    pub(super) fn happened(&mut self) -> Option<u64> {
        let now = Instant::now();
        self.unsaid += 1;
        if self.last.is_some_and(|last| now < last + INTERVAL) {
            return None;
        }
        self.last = Some(now);
        Some(std::mem::take(&mut self.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_is_told_at_once_and_the_others_together() {
        let mut occasional = Occasional::default();
        assert_eq!(occasional.happened(), Some(1));
        tokio::time::advance(Duration::from_millis(4999)).await;
        assert_eq!(occasional.happened(), None);
        assert_eq!(occasional.happened(), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(occasional.happened(), Some(3));
        assert_eq!(occasional.happened(), None);
    }
}

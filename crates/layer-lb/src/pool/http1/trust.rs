//! What an endpoint has shown of how long it keeps idle connections open.

use std::time::Duration;

use tokio::time::Instant;

/// How long a connection to an endpoint that is trusted must have been idle: an end that belongs to the last
/// response arrives within it.
const SETTLING: Duration = Duration::from_millis(5);
/// How long a connection must have stayed open for the endpoint to be trusted, as long as nothing speaks
/// against it.
const PROOF: Duration = Duration::from_millis(100);
/// An idle connection that the endpoint closes within this time was closed because of its last response.
const EARLY: Duration = Duration::from_secs(1);
/// How long a connection must stay open once an endpoint has been caught closing early: at first, and at most.
/// It doubles each time the endpoint is caught again.
const PROBATION: Duration = Duration::from_secs(1);
const MOST_PROBATION: Duration = Duration::from_secs(60);

/// What an endpoint has shown of how long it keeps idle connections open.
///
/// A request that must not be handled twice cannot be repeated where it was sent over a connection that the
/// endpoint was just closing: nobody knows whether it was handled. Such a request takes a connection that has
/// been idle for a time, so that its end would have arrived. How long depends on the endpoint: one that closes
/// without a word after each response may take a while to do so, and the connection looks well until then. So
/// an endpoint is trusted only after it has kept a connection open, and no longer once it has closed one early.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nothing is known.
    #[default]
    Unknown,
    /// It has kept an idle connection open, and the last time it was put on probation for so long.
    Proven {
        /// Zero where it never was.
        probation: Duration,
    },
    /// It has closed a connection early, and must keep one open for `probation` that became idle after `since`.
    Doubted {
        /// When it was last caught.
        since: Instant,
        /// How long it must keep one open.
        probation: Duration,
    },
}

impl Trust {
    /// How long a connection must have been idle for a request that must not be handled twice.
    pub(super) fn settling(self) -> Duration {
        match self {
            Self::Unknown => PROOF,
            Self::Proven { .. } => SETTLING,
            Self::Doubted { probation, .. } => probation,
        }
    }

    /// Whether it has kept connections open, and has not been caught closing one early since.
    pub(super) fn is_proven(self) -> bool {
        matches!(self, Self::Proven { .. })
    }

    /// A connection that became idle at `idle_since` is still open at `now`.
    pub(super) fn kept_open(&mut self, idle_since: Instant, now: Instant) {
        let idle = now.saturating_duration_since(idle_since);
        match *self {
            Self::Unknown if idle >= PROOF => {
                *self = Self::Proven {
                    probation: Duration::ZERO,
                };
            }
            Self::Doubted { since, probation } if idle_since >= since && idle >= probation => {
                *self = Self::Proven { probation };
            }
            _ => {}
        }
    }

    /// At `now`, an idle connection turns out to be closed which was last known to be open after it had been idle
    /// for `known_open`. Where that leaves open whether it was closed early, it is taken to be.
    pub(super) fn closed(&mut self, known_open: Duration, now: Instant) {
        if known_open >= EARLY {
            return;
        }
        let probation = match *self {
            Self::Unknown => PROBATION,
            Self::Proven { probation } => (probation * 2).clamp(PROBATION, MOST_PROBATION),
            // It cannot be caught again before it has been trusted again.
            Self::Doubted { probation, .. } => probation,
        };
        *self = Self::Doubted {
            since: now,
            probation,
        };
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// What is thought after a connection was kept open for `idle`.
    async fn keep_open(trust: &mut Trust, idle: Duration) {
        let idle_since = Instant::now();
        advance(idle).await;
        trust.kept_open(idle_since, Instant::now());
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_is_trusted_once_it_has_kept_a_connection_open() {
        let mut trust = Trust::default();
        assert_eq!(trust.settling(), PROOF);
        keep_open(&mut trust, PROOF - MS).await;
        assert_eq!(trust.settling(), PROOF);
        keep_open(&mut trust, PROOF).await;
        assert_eq!(trust.settling(), SETTLING);
    }

    #[tokio::test(start_paused = true)]
    async fn an_early_end_costs_the_trust_and_a_late_one_does_not() {
        let mut trust = Trust::default();
        keep_open(&mut trust, PROOF).await;
        trust.closed(EARLY, Instant::now());
        assert_eq!(trust.settling(), SETTLING);
        trust.closed(EARLY - MS, Instant::now());
        assert_eq!(trust.settling(), PROBATION);
    }

    #[tokio::test(start_paused = true)]
    async fn trust_is_regained_by_connections_of_later_alone() {
        let mut trust = Trust::default();
        let idle_since = Instant::now();
        advance(PROBATION * 5).await;
        trust.closed(Duration::ZERO, Instant::now());
        trust.kept_open(idle_since, Instant::now());
        assert_eq!(trust.settling(), PROBATION, "that one was open before");
        keep_open(&mut trust, PROBATION - MS).await;
        assert_eq!(trust.settling(), PROBATION);
        keep_open(&mut trust, PROBATION).await;
        assert_eq!(trust.settling(), SETTLING);
    }

    #[tokio::test(start_paused = true)]
    async fn each_relapse_makes_the_next_probation_longer_up_to_a_limit() {
        let mut trust = Trust::default();
        let mut probations = Vec::new();
        for _ in 0..8 {
            // More of them at a time make one relapse.
            trust.closed(Duration::ZERO, Instant::now());
            trust.closed(Duration::ZERO, Instant::now());
            probations.push(trust.settling().as_secs());
            keep_open(&mut trust, MOST_PROBATION).await;
            assert_eq!(trust.settling(), SETTLING);
        }
        assert_eq!(probations, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_always_closes_is_never_trusted() {
        let mut trust = Trust::default();
        for _ in 0..100 {
            keep_open(&mut trust, 20 * MS).await;
            trust.closed(Duration::ZERO, Instant::now());
            assert!(trust.settling() >= PROOF);
        }
        assert_eq!(trust.settling(), PROBATION);
    }
}

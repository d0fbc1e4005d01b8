//! The task that holds connections open before they are needed.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::counters::UpstreamCounters;
use crate::failure::Failure;

/// How often it is looked whether connections are missing.
const INTERVAL: Duration = Duration::from_millis(500);
/// How long an endpoint to which none can be opened is left alone.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(1),
    longest: Duration::from_secs(30),
};

/// Something whose connections can be opened before they are needed.
pub(super) trait Warm: Send + Sync + 'static {
    /// How many connections there are, in use or not.
    fn open_connections(&self) -> usize;

    /// Opens one more.
    fn open_one(self: Arc<Self>) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The task that holds connections open before they are needed. It ends when this handle is dropped, or the pool.
#[derive(Debug)]
pub(crate) struct Warmer(AbortHandle);

impl Warmer {
    /// Begins to hold `count` connections of `pool` open.
    pub(super) fn start<P: Warm>(
        pool: &Arc<P>,
        count: usize,
        counters: &Arc<UpstreamCounters>,
    ) -> Self {
        let task = keep_warm(Arc::downgrade(pool), count, Arc::clone(counters));
        Self(tokio::spawn(task).abort_handle())
    }
}

impl Drop for Warmer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep_warm<P: Warm>(pool: Weak<P>, count: usize, counters: Arc<UpstreamCounters>) {
    let mut failures = 0_u32;
    loop {
        let Some(pool) = pool.upgrade() else { return };
        let mut pause = INTERVAL;
        // One at a time: an endpoint that has just started is not to be hit by many. A limit of connections that
        // others use up ends it too.
        for _ in pool.open_connections()..count {
            let before = pool.open_connections();
            match Arc::clone(&pool).open_one().await {
                Ok(()) => {
                    failures = 0;
                    counters.warmed.increment();
                }
                Err(_) => {
                    failures = failures.saturating_add(1);
                    pause = BACKOFF.wait(failures, fastrand::f64());
                    break;
                }
            }
            if pool.open_connections() <= before {
                break;
            }
        }
        drop(pool);
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::{Instant, advance};

    use super::*;

    #[derive(Debug, Default)]
    struct Pool {
        open: AtomicUsize,
        attempts: AtomicUsize,
        refuses: bool,
    }

    impl Warm for Pool {
        fn open_connections(&self) -> usize {
            self.open.load(Ordering::Relaxed)
        }

        async fn open_one(self: Arc<Self>) -> Result<(), Failure> {
            self.attempts.fetch_add(1, Ordering::Relaxed);
            if self.refuses {
                return Err(Failure::abandoned());
            }
            self.open.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_missing_is_opened_and_opened_again() {
        let pool = Arc::new(Pool::default());
        let warmer = Warmer::start(&pool, 3, &Arc::default());
        sleep(INTERVAL / 2).await;
        assert_eq!(pool.open_connections(), 3);
        pool.open.store(1, Ordering::Relaxed);
        sleep(INTERVAL).await;
        assert_eq!(pool.open_connections(), 3);
        drop(warmer);
        pool.open.store(0, Ordering::Relaxed);
        sleep(INTERVAL * 10).await;
        assert_eq!(pool.open_connections(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_refuses_is_asked_less_and_less() {
        let pool = Arc::new(Pool {
            refuses: true,
            ..Pool::default()
        });
        let _warmer = Warmer::start(&pool, 3, &Arc::default());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10 * 60) {
            advance(Duration::from_millis(100)).await;
            tokio::task::yield_now().await;
        }
        let attempts = pool.attempts.load(Ordering::Relaxed);
        // Between 15 and 30 seconds each, after the first few.
        assert!((20..=46).contains(&attempts), "{attempts} attempts");
    }
}

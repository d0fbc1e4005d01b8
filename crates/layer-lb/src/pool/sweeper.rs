//! The task that closes what has been idle for too long.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior};

/// Something whose connections grow old.
pub(super) trait Sweep: Send + Sync + 'static {
    /// Closes what has been idle for too long.
    fn sweep(&self, now: Instant);
}

/// The task that sweeps a pool now and then. It ends when this handle, which the pool owns, is dropped.
#[derive(Debug)]
pub(super) struct Sweeper(AbortHandle);

impl Sweeper {
    /// Begins to sweep `pool`, often enough that nothing outlives `idle_timeout` by more than half.
    pub(super) fn start<P: Sweep>(pool: &Arc<P>, idle_timeout: Duration) -> Self {
        let pool = Arc::downgrade(pool);
        let period = (idle_timeout / 2).clamp(Duration::from_millis(50), Duration::from_secs(30));
        let task = tokio::spawn(async move {
            let mut tick = tokio::time::interval(period);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let now = tick.tick().await;
                let Some(pool) = pool.upgrade() else { return };
                pool.sweep(now);
            }
        });
        Self(task.abort_handle())
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

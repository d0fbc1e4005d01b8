//! What the health of endpoints needs in the background.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::returns::return_ejected;
use super::watch::watch_all;
use crate::upstream::Upstream;

/// Starts what `upstream` needs: a task for its checks, and one for its ejections. They end with their handles' owner or
/// with the upstream. Needs a tokio runtime.
pub(crate) fn start(upstream: &Upstream) -> Vec<AbortHandle> {
    let health = upstream.health();
    let checks = health.check.clone().map(|check| {
        let watch = watch_all(upstream.downgrade(), Arc::clone(health), check);
        tokio::spawn(watch).abort_handle()
    });
    let returns = health.ejection.map(|policy| {
        let returns = return_ejected(upstream.downgrade(), Arc::clone(health), policy);
        tokio::spawn(returns).abort_handle()
    });
    checks.into_iter().chain(returns).collect()
}

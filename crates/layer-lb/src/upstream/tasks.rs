//! What an upstream does in the background.

use std::sync::Arc;

use gateway_core::config::ConfigErrors;
use tokio::task::AbortHandle;

use super::slow_start::warm_up;
use super::upstream::Upstream;
use crate::discovery::Source;
use crate::health;

/// What an upstream does in the background. It ends when this, which the upstream owns, is dropped.
#[derive(Debug)]
pub(super) struct Tasks(Vec<AbortHandle>);

impl Tasks {
    /// Starts what `upstream` needs. Needs a tokio runtime.
    pub(super) fn start(upstream: &Upstream) -> Self {
        let mut tasks = health::start(upstream);
        tasks.extend(upstream.start_warming());
        let source = upstream.source();
        tasks.extend(source.map(|source| source.start(upstream.downgrade())));
        Self(tasks)
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl Upstream {
    /// Starts the task that gives endpoints their weight back, where `slow-start` says so.
    fn start_warming(&self) -> Option<AbortHandle> {
        let window = self.0.config.slow_start.get();
        let warm_up = || warm_up(self.downgrade(), Arc::clone(&self.0.is_cold), window);
        (!window.is_zero()).then(|| tokio::spawn(warm_up()).abort_handle())
    }

    /// Where the endpoints are found while the upstream is used, unless the file names them.
    fn source(&self) -> Option<Source> {
        let discover = self.0.config.discover.as_ref()?;
        discover.source(&mut ConfigErrors::new())
    }
}

//! What an upstream does in the background.

use tokio::task::AbortHandle;

use super::upstream::Upstream;

/// What an upstream does in the background. It ends when this, which the upstream owns, is dropped.
#[derive(Debug)]
pub(super) struct Tasks(Vec<AbortHandle>);

impl Tasks {
    /// Starts what `upstream` needs. Needs a tokio runtime.
    pub(super) fn start(upstream: &Upstream) -> Self {
        let _ = upstream;
        Self(Vec::new())
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

//! An upstream as its background tasks know it.

use std::sync::Weak;

use super::shared::Shared;
use super::upstream::Upstream;

/// An upstream as its background tasks know it: they do not keep it alive, and end when it has gone.
#[derive(Clone, Debug)]
pub(crate) struct WeakUpstream(pub(super) Weak<Shared>);

impl WeakUpstream {
    /// The upstream, while it is there.
    pub(crate) fn upgrade(&self) -> Option<Upstream> {
        self.0.upgrade().map(Upstream::from_shared)
    }
}

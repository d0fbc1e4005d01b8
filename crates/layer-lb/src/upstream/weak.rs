//! An upstream as its background tasks know it.

use std::sync::{Arc, Weak};

use super::shared::Shared;
use super::upstream::Upstream;

/// An upstream as its background tasks know it: they do not keep it alive, and end when it has gone.
#[derive(Clone, Debug)]
pub(crate) struct WeakUpstream(Weak<Shared>);

impl WeakUpstream {
    /// The upstream, while it is there.
    pub(crate) fn upgrade(&self) -> Option<Upstream> {
        self.0.upgrade().map(Upstream)
    }

    /// Whether somebody still has the upstream.
    pub(crate) fn is_there(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Upstream {
    /// The upstream as its background tasks may know it.
    pub(crate) fn downgrade(&self) -> WeakUpstream {
        WeakUpstream(Arc::downgrade(&self.0))
    }
}

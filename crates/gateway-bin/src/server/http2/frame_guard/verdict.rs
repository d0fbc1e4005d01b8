//! What the guard has found.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use h2::Reason;

/// What the guard has found: known to it and to the owner of the connection.
#[derive(Clone, Debug, Default)]
pub(in crate::server::http2) struct Verdict(Arc<AtomicU32>);

impl Verdict {
    /// The reason to end the connection for, once.
    pub(in crate::server::http2) fn take(&self) -> Option<Reason> {
        // Guard and owner are the same task: looking first spares the connections that behave an exchange.
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            _ => Some(Reason::from(self.0.swap(0, Ordering::Relaxed))),
        }
    }

    /// Notes a reason, which is an error.
    pub(super) fn set(&self, reason: Reason) {
        self.0.store(reason.into(), Ordering::Relaxed);
    }
}

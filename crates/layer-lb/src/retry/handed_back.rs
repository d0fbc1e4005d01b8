//! A request that may be sent again.

use std::sync::{Arc, Mutex, PoisonError};

use axum_core::body::Body;
use http::Request;

use super::reason::Reason;

/// A request that may be sent again, given back in the extensions of its response by whoever sent it: as it came, but
/// for what was made of its head on the way, which does no harm if it is made once more.
#[derive(Clone, Debug)]
pub(crate) struct HandedBack {
    /// Extensions must be clonable and shareable, which a body is not.
    request: Arc<Mutex<Option<Request<Body>>>>,
    reason: Reason,
}

impl HandedBack {
    /// Gives `request` back for `reason`.
    pub(crate) fn new(request: Request<Body>, reason: Reason) -> Self {
        Self {
            request: Arc::new(Mutex::new(Some(request))),
            reason,
        }
    }

    /// Why it may be sent again.
    pub(super) fn reason(&self) -> Reason {
        self.reason
    }

    /// The request; whoever asks first gets it.
    pub(super) fn take(&self) -> Option<Request<Body>> {
        let mut request = self.request.lock().unwrap_or_else(PoisonError::into_inner);
        request.take()
    }
}

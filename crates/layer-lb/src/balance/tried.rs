//! Where a request has been already.

use std::sync::Arc;

use crate::endpoint::Endpoint;

/// How many are remembered: more tries than anybody makes.
const MOST: usize = 8;

/// The endpoints that a request was sent to already, so that the next try goes elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tried {
    endpoints: [Option<Arc<Endpoint>>; MOST],
}

impl Tried {
    /// `endpoint` was tried. Beyond the number that is remembered, nothing changes.
    pub(crate) fn add(&mut self, endpoint: Arc<Endpoint>) {
        if let Some(free) = self.endpoints.iter_mut().find(|place| place.is_none()) {
            *free = Some(endpoint);
        }
    }

    /// Whether `endpoint` was tried.
    pub(crate) fn contains(&self, endpoint: &Arc<Endpoint>) -> bool {
        self.endpoints
            .iter()
            .map_while(Option::as_ref)
            .any(|tried| Arc::ptr_eq(tried, endpoint))
    }
}

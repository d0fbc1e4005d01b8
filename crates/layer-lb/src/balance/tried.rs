//! Where a request has been already.

use std::array;
use std::sync::Arc;

use crate::endpoint::Endpoint;

/// How many are remembered: more tries than anybody makes.
const MOST: usize = 8;

/// The endpoints that a request was sent to already, so that the next try goes elsewhere.
///
/// ```
/// use std::sync::Arc;
///
/// use layer_lb::balance::Tried;
///
/// let (here, elsewhere) = (Arc::new("here"), Arc::new("elsewhere"));
/// let mut tried = Tried::default();
/// tried.add(Arc::clone(&here));
/// assert!(tried.contains(&here) && !tried.contains(&elsewhere));
/// ```
#[derive(Clone, Debug)]
pub struct Tried<E = Endpoint> {
    endpoints: [Option<Arc<E>>; MOST],
}

impl<E> Default for Tried<E> {
    fn default() -> Self {
        Self {
            endpoints: array::from_fn(|_| None),
        }
    }
}

impl<E> Tried<E> {
    /// `endpoint` was tried. Beyond eight, nothing changes.
    pub fn add(&mut self, endpoint: Arc<E>) {
        if let Some(free) = self.endpoints.iter_mut().find(|place| place.is_none()) {
            *free = Some(endpoint);
        }
    }

    /// Whether `endpoint` was tried.
    pub fn contains(&self, endpoint: &Arc<E>) -> bool {
        self.endpoints
            .iter()
            .map_while(Option::as_ref)
            .any(|tried| Arc::ptr_eq(tried, endpoint))
    }

    /// Whether this is the first try.
    pub(super) fn is_empty(&self) -> bool {
        self.endpoints[0].is_none()
    }
}

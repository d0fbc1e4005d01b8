//! What stands between two layers: it notes that a request came by.

use std::sync::{Arc, Mutex, PoisonError};

use gateway_core::contract::{Request, RouteService};
use gateway_core::facts::Identity;
use tower::service_fn;

/// Notes how far a request got, and who it came from by then.
#[derive(Clone, Debug, Default)]
pub(super) struct Probe(Arc<Mutex<Vec<Sighting>>>);

/// A request seen behind a layer.
#[derive(Clone, Debug)]
pub(super) struct Sighting {
    /// The index of the layer.
    pub(super) layer: usize,
    /// Who the request comes from, as far as is known.
    pub(super) identity: Option<String>,
}

impl Probe {
    /// Stands behind the layer with this index, before `inner`.
    pub(super) fn behind(&self, layer: usize, inner: RouteService) -> RouteService {
        let probe = self.clone();
        RouteService::new(service_fn(move |request: Request| {
            let identity = request.extensions().get::<Identity>();
            let identity = identity.map(|identity| {
                let consumer = identity
                    .consumer()
                    .map(|consumer| format!(", consumer {consumer}"));
                format!("{}{}", identity.subject(), consumer.unwrap_or_default())
            });
            let mut sightings = probe.0.lock().unwrap_or_else(PoisonError::into_inner);
            sightings.push(Sighting { layer, identity });
            drop(sightings);
            inner.respond(request)
        }))
    }

    /// The request as it was seen behind the layer with this index.
    pub(super) fn sighting(&self, layer: usize) -> Option<Sighting> {
        let sightings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sightings
            .iter()
            .find(|sighting| sighting.layer == layer)
            .cloned()
    }
}

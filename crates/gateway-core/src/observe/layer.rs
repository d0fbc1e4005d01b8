//! The layer that runs another layer in observe mode.

use std::sync::Arc;

use tower_layer::Layer;

use super::ObserveService;
use super::gate::Gate;
use crate::contract::{RouteLayer, RouteService};

/// Runs another layer in observe mode: it decides, the request passes.
#[derive(Clone)]
pub struct ObserveLayer {
    name: Arc<str>,
    observed: Arc<dyn RouteLayer>,
}

impl ObserveLayer {
    /// Observes `observed`, recording what it would have done under `name`.
    pub fn new(name: Arc<str>, observed: Arc<dyn RouteLayer>) -> Self {
        Self { name, observed }
    }
}

impl Layer<RouteService> for ObserveLayer {
    type Service = ObserveService;

    fn layer(&self, inner: RouteService) -> ObserveService {
        let gate = Gate {
            inner: inner.clone(),
        };
        let observed = self.observed.wrap(RouteService::new(gate));
        ObserveService::new(Arc::clone(&self.name), observed, inner)
    }
}

impl std::fmt::Debug for ObserveLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObserveLayer")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

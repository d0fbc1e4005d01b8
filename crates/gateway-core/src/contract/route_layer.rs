//! What a layer must be to stand in a route's stack.

use std::convert::Infallible;

use tower_layer::Layer;
use tower_service::Service;

use super::{Request, Response, RouteService};

/// A [`tower_layer::Layer`] that can stand in a route's stack: over a service that never fails it makes a
/// service that never fails, and its service can be cloned and shared. Every suitable layer implements it.
pub trait RouteLayer: Send + Sync + 'static {
    /// Puts this layer around `inner`.
    fn wrap(&self, inner: RouteService) -> RouteService;
}

impl<L> RouteLayer for L
where
    L: Layer<RouteService> + Send + Sync + 'static,
    L::Service:
        Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    fn wrap(&self, inner: RouteService) -> RouteService {
        RouteService::new(self.layer(inner))
    }
}

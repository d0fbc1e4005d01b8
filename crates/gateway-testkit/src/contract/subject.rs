//! The layer under test and what is known of it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::routing::Route;
use gateway_core::contract::{Request, Response, RouteLayer, RouteService};
use gateway_core::observe::ObserveLayer;
use http::HeaderName;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use super::Probe;

/// The layer under test around a [`Probe`], its type erased and its readiness kept.
pub type Stack = BoxCloneSyncService<Request, Response, Infallible>;

/// A layer that can be put to the test. What has to hold for a layer at compile time stands here: it can be
/// cloned and shared, it can stand in an [`axum::Router`], its service can be cloned and shared, its error is
/// the inner service's.
///
/// A layer that cannot be shared between threads is refused:
///
/// ```compile_fail,E0277
/// # use gateway_testkit::contract::Subject;
/// #[derive(Clone)]
/// struct Unshareable(std::rc::Rc<()>);
///
/// impl<S> tower_layer::Layer<S> for Unshareable {
///     type Service = S;
///     fn layer(&self, inner: S) -> S {
///         inner
///     }
/// }
///
/// fn subject(_: impl Subject) {}
/// subject(Unshareable(std::rc::Rc::new(())));
/// ```
///
/// So is a layer with errors of its own:
///
/// ```compile_fail,E0271
/// # use gateway_testkit::contract::Subject;
/// # use std::convert::Infallible;
/// fn subject(_: impl Subject) {}
/// subject(tower::util::MapErrLayer::new(|_: Infallible| std::io::Error::other("mine")));
/// ```
pub trait Subject: 'static {
    /// The layer around `inner`.
    fn around(&self, inner: Probe) -> Stack;

    /// The layer in `router`.
    fn within(&self, router: Router) -> Router;

    /// The layer around `inner`, in observe mode.
    fn observed(&self, inner: Probe) -> Stack;
}

impl<L> Subject for L
where
    L: Layer<Probe> + Layer<Route> + RouteLayer + Clone,
    <L as Layer<Probe>>::Service:
        Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    <<L as Layer<Probe>>::Service as Service<Request>>::Future: Send + 'static,
    <L as Layer<Route>>::Service:
        Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    <<L as Layer<Route>>::Service as Service<Request>>::Future: Send + 'static,
{
    fn around(&self, inner: Probe) -> Stack {
        BoxCloneSyncService::new(self.layer(inner))
    }

    fn within(&self, router: Router) -> Router {
        router.layer(self.clone())
    }

    fn observed(&self, inner: Probe) -> Stack {
        let layer = ObserveLayer::new("observed".into(), Arc::new(self.clone()));
        BoxCloneSyncService::new(layer.layer(RouteService::new(inner)))
    }
}

/// One side of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What goes inward.
    Request,
    /// What comes outward.
    Response,
}

/// A layer, a request that it lets pass, and in what it differs from a layer that does nothing.
pub struct Contract {
    pub(super) layer: Box<dyn Subject>,
    passing: Box<dyn Fn() -> Request>,
    may_change: Vec<HeaderName>,
    buffers: Vec<Side>,
}

impl Contract {
    /// A layer and a request that it lets pass. A body without data is filled by the checks.
    pub fn new(layer: impl Subject, passing: impl Fn() -> Request + 'static) -> Self {
        Self {
            layer: Box::new(layer),
            passing: Box::new(passing),
            may_change: Vec::new(),
            buffers: Vec::new(),
        }
    }

    /// The layer may add, change or remove the header field `name`, in requests and in responses.
    #[must_use]
    pub fn may_change(mut self, name: &'static str) -> Self {
        self.may_change.push(HeaderName::from_static(name));
        self
    }

    /// The layer reads a body whole before it passes it on.
    #[must_use]
    pub fn buffers(mut self, side: Side) -> Self {
        self.buffers.push(side);
        self
    }

    /// A request that the layer lets pass.
    pub(super) fn passing_request(&self) -> Request {
        (self.passing)()
    }

    pub(super) fn is_changeable(&self, name: &HeaderName) -> bool {
        self.may_change.contains(name)
    }

    pub(super) fn is_buffering(&self, side: Side) -> bool {
        self.buffers.contains(&side)
    }
}

impl std::fmt::Debug for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contract")
            .field("may_change", &self.may_change)
            .field("buffers", &self.buffers)
            .finish_non_exhaustive()
    }
}

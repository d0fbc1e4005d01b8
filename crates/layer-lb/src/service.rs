//! The service that chooses an endpoint.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use gateway_core::rejection::{Format, Rejection};
use http::{Request, Response};
use tokio::time::Instant;
use tower_service::Service;

use crate::attempt::Attempt;
use crate::attempts::Attempts;
use crate::balance::{Tie, Tried};
use crate::caller::Caller;
use crate::rejection;
use crate::retry::{ClientDeadline, Journey, may_be_hedged};
use crate::route_policy::RoutePolicy;

/// The service of [`LoadBalanceLayer`](crate::LoadBalanceLayer).
///
/// ```
/// use layer_lb::{EndpointClient, LoadBalanceLayer, LoadBalanceService, Upstream, UpstreamConfig};
/// use tower_layer::Layer;
///
/// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// let layer = LoadBalanceLayer::new(Upstream::build("orders", &config)?);
/// let proxy: LoadBalanceService<EndpointClient> = layer.layer(EndpointClient::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LoadBalanceService<S> {
    inner: S,
    route: Arc<RoutePolicy>,
}

impl<S> LoadBalanceService<S> {
    /// Chooses endpoints for the requests to `inner`, as `route` says.
    pub(crate) fn new(inner: S, route: RoutePolicy) -> Self {
        Self {
            inner,
            route: Arc::new(route),
        }
    }
}

impl<S> Service<Request<Body>> for LoadBalanceService<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Attempts<S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let upstream = &self.route.upstream;
        let retries = upstream.retries();
        upstream.start();
        let start = Instant::now();
        let deadline = ClientDeadline::of(request.headers(), retries.deadline_header(), start);
        if deadline.is_some_and(|deadline| deadline.has_passed(start)) {
            upstream.counters().deadline_expired.increment();
            return refuse(&request, rejection::deadline_expired());
        }
        let caller = Caller {
            deadline,
            class: self.route.class.class(&mut request),
            tie: Tie::of(&mut request, upstream.balance()),
        };
        let seat = match upstream.admit(caller.class, start) {
            Ok(seat) => seat,
            Err(refusal) => return refuse(&request, refusal.into()),
        };
        retries.budget().count(start);
        let Some(flight) = self.route.choose(&Tried::default(), caller.tie, start) else {
            return refuse(&request, rejection::no_endpoint());
        };
        // The flight counts from here on.
        drop(seat);
        if let Some(patience) = retries.hedge_after()
            && may_be_hedged(&request)
        {
            let journey = Journey::new(start, caller);
            let route = Arc::clone(&self.route);
            return Attempts::hedged(
                self.inner.clone(),
                route,
                journey,
                request,
                flight,
                patience,
            );
        }
        let endpoint = Arc::clone(flight.endpoint());
        let chosen = self.route.first(flight, start, deadline);
        request.extensions_mut().insert(chosen);
        let inner = self.inner.call(request);
        let route = Arc::clone(&self.route);
        let attempt = Attempt::new(inner, route, endpoint, start, caller.tie);
        Attempts::first(attempt, self.inner.clone(), caller)
    }
}

fn refuse<S>(request: &Request<Body>, rejection: Rejection) -> Attempts<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    Attempts::answer(rejection.into_response(Format::of(request.headers())))
}

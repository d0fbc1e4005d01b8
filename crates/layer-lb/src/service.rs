//! The service that chooses an endpoint.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use gateway_core::contract::DecisionFuture;
use gateway_core::rejection::Format;
use http::{Request, Response};
use tokio::time::Instant;
use tower_service::Service;

use crate::attempt::Attempt;
use crate::balance::{Choice, Tried};
use crate::chosen_endpoint::ChosenEndpoint;
use crate::rejection;
use crate::time_limits::TimeLimits;
use crate::upstream::Upstream;

/// The service of [`LoadBalanceLayer`](crate::LoadBalanceLayer).
#[derive(Clone, Debug)]
pub struct LoadBalanceService<S> {
    inner: S,
    upstream: Upstream,
    limits: TimeLimits,
}

impl<S> LoadBalanceService<S> {
    /// Chooses endpoints of `upstream` for the requests to `inner`.
    pub(crate) fn new(inner: S, upstream: Upstream, limits: TimeLimits) -> Self {
        Self {
            inner,
            upstream,
            limits,
        }
    }
}

impl<S> Service<Request<Body>> for LoadBalanceService<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = DecisionFuture<Attempt<S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        self.upstream.start();
        let start = Instant::now();
        let tried = Tried::default();
        match self.upstream.choose(Choice { tried: &tried }) {
            Some(flight) => {
                let endpoint = Arc::clone(flight.endpoint());
                let chosen = ChosenEndpoint::new(flight, self.limits, start);
                request.extensions_mut().insert(chosen);
                let inner = self.inner.call(request);
                DecisionFuture::pass(Attempt::new(inner, self.upstream.clone(), endpoint, start))
            }
            None => {
                let format = Format::of(request.headers());
                DecisionFuture::answer(rejection::no_endpoint().into_response(format))
            }
        }
    }
}

//! The service that chooses an endpoint.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use gateway_core::contract::DecisionFuture;
use gateway_core::rejection::Format;
use http::{Request, Response};
use tower_service::Service;

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
    type Future = DecisionFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        match self.upstream.choose() {
            Some(endpoint) => {
                let chosen = ChosenEndpoint::new(Arc::clone(endpoint), self.limits);
                request.extensions_mut().insert(chosen);
                DecisionFuture::pass(self.inner.call(request))
            }
            None => {
                let format = Format::of(request.headers());
                DecisionFuture::answer(rejection::no_endpoint().into_response(format))
            }
        }
    }
}

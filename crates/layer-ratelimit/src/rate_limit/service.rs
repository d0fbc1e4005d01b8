//! The service: decides, then calls or refuses.

use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response};
use tower_service::Service;

use super::RateLimitFuture;
use super::limit::RateLimit;

/// The service of a [`RateLimitLayer`](crate::RateLimitLayer).
#[derive(Clone, Debug)]
pub struct RateLimitService<S> {
    limit: Arc<RateLimit>,
    inner: S,
}

impl<S> RateLimitService<S> {
    pub(crate) fn new(limit: Arc<RateLimit>, inner: S) -> Self {
        Self { limit, inner }
    }
}

impl<S> Service<Request> for RateLimitService<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = RateLimitFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> RateLimitFuture<S::Future> {
        let (parts, body) = request.into_parts();
        match self.limit.decide(&parts) {
            Ok(standing) => {
                let inner = self.inner.call(Request::from_parts(parts, body));
                let telling = standing.map(|standing| (Arc::clone(&self.limit), standing));
                RateLimitFuture::pass(inner, telling)
            }
            Err(rejection) => RateLimitFuture::refuse(rejection.into_response_to(&parts.headers)),
        }
    }
}

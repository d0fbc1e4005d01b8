//! The service.

use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response};
use tower_service::Service;

use super::{HeadersFuture, HeadersLayer};

/// The service of a [`HeadersLayer`].
#[derive(Clone, Debug)]
pub struct HeadersService<S> {
    layer: HeadersLayer,
    inner: S,
}

impl<S> HeadersService<S> {
    pub(super) fn new(layer: HeadersLayer, inner: S) -> Self {
        Self { layer, inner }
    }
}

impl<S> Service<Request> for HeadersService<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = HeadersFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> HeadersFuture<S::Future> {
        let (mut parts, body) = request.into_parts();
        let computed = self.layer.apply_request(&mut parts);
        let inner = self.inner.call(Request::from_parts(parts, body));
        HeadersFuture::new(inner, self.layer.clone(), computed)
    }
}

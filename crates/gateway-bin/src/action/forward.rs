//! Forwarding to one upstream.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response, ResponseFuture, RouteService};
use gateway_core::facts::{MatchedRoute, PathParameters};
use gateway_core::rejection::Rejection;
use http::header;
use tower::Service;

use super::{HostRewrite, Rewrite};

/// Rewrites path and host and hands the request to the service that carries it to the upstream.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Forward(Arc<Way>);

#[derive(Debug)]
struct Way {
    rewrite: Rewrite,
    carrier: RouteService,
}

impl Forward {
    /// Forwards through `carrier`, which knows the upstream.
    pub fn new(rewrite: Rewrite, carrier: RouteService) -> Self {
        Self(Arc::new(Way { rewrite, carrier }))
    }
}

impl Way {
    fn rewrite(&self, request: &mut Request) -> Result<(), Rejection> {
        let none = PathParameters::default();
        let route = request.extensions().get::<MatchedRoute>();
        let parameters = route.map_or(&none, MatchedRoute::parameters);
        if let Some(uri) = self.rewrite.path.apply(request.uri(), parameters)? {
            *request.uri_mut() = uri;
        }
        match &self.rewrite.host {
            HostRewrite::Preserve => {}
            // A request without a host gets that of the endpoint it is sent to.
            HostRewrite::Upstream => {
                request.headers_mut().remove(header::HOST);
            }
            HostRewrite::Fixed(host) => {
                request.headers_mut().insert(header::HOST, host.clone());
            }
        }
        Ok(())
    }
}

impl Service<Request> for Forward {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> ResponseFuture {
        match self.0.rewrite(&mut request) {
            Ok(()) => self.0.carrier.respond(request),
            Err(rejection) => {
                let response = rejection.into_response_to(request.headers());
                Box::pin(std::future::ready(Ok(response)))
            }
        }
    }
}

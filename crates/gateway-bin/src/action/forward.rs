//! Forwarding to one upstream.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response, ResponseFuture, RouteService};
use gateway_core::facts::{MatchedRoute, PathParameters, Upgrade};
use gateway_core::rejection::Rejection;
use http::header;
use tower::Service;

use super::{HostRewrite, Rewrite};
use crate::rejection;

/// Rewrites path and host and hands the request to the service that carries it to the upstream.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Forward(Arc<Way>);

#[derive(Debug)]
struct Way {
    rewrite: Rewrite,
    websocket: bool,
    carrier: RouteService,
}

impl Forward {
    /// Forwards through `carrier`, which knows the upstream; handshakes of WebSockets only where `websocket` says so.
    pub fn new(rewrite: Rewrite, websocket: bool, carrier: RouteService) -> Self {
        Self(Arc::new(Way {
            rewrite,
            websocket,
            carrier,
        }))
    }
}

impl Way {
    /// Makes `request` the one that is sent on.
    fn prepare(&self, request: &mut Request) -> Result<(), Rejection> {
        if !self.websocket && request.extensions().get::<Upgrade>().is_some() {
            return Err(rejection::upgrade_refused());
        }
        self.rewrite(request)
    }

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
        match self.0.prepare(&mut request) {
            Ok(()) => self.0.carrier.respond(request),
            Err(rejection) => {
                let response = rejection.into_response_to(request.headers());
                Box::pin(std::future::ready(Ok(response)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use axum::body::Body;
    use http::StatusCode;
    use tower::service_fn;

    use super::*;

    async fn handshake(websocket: bool) -> Response {
        let switch = |_: Request| {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            ready(Ok(response))
        };
        let carrier = RouteService::new(service_fn(switch));
        let mut forward = Forward::new(Rewrite::default(), websocket, carrier);
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Upgrade::WebSocket);
        let Ok(response) = forward.call(request).await;
        response
    }

    #[tokio::test]
    async fn a_websocket_needs_leave() {
        assert_eq!(handshake(true).await.status(), 101);
        let refused = handshake(false).await;
        assert_eq!(refused.status(), 403);
        let rejection = refused.extensions().get::<Rejection>().unwrap();
        assert_eq!(rejection.code().as_str(), "request/upgrade-refused");
    }
}

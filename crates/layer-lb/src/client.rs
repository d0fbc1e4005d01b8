//! The service that sends a request to its endpoint.

use std::convert::Infallible;
use std::future::ready;
use std::task::{Context, Poll};

use axum_core::body::Body;
use gateway_core::contract::ResponseFuture;
use gateway_core::rejection::{Format, Rejection};
use http::{Method, Request, Response};
use tower_service::Service;

use crate::chosen_endpoint::ChosenEndpoint;
use crate::endpoint::Endpoint;
use crate::rejection;

/// Sends each request to the endpoint that the [`LoadBalanceLayer`](crate::LoadBalanceLayer) has chosen for
/// it, over a pooled connection, and streams the response. The innermost service of a stack.
///
/// It expects a target in origin form and one `Host` field, whatever protocol the client spoke, as the
/// gateway's listener and axum over HTTP/1.1 provide them; a target in absolute form is reduced, and a missing
/// `Host` replaced. Hop-by-hop fields are stripped in both directions.
///
/// A failed exchange is a response too, made from a [`Rejection`](gateway_core::rejection::Rejection), and
/// carries an [`UpstreamFailure`](gateway_core::facts::UpstreamFailure); any other response carries
/// [`ServedBy`](gateway_core::facts::ServedBy). Dropping the future or the response's body cancels the
/// exchange.
///
/// ```
/// use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream, UpstreamConfig};
/// use tower_layer::Layer;
///
/// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// let upstream = Upstream::build("orders", &config)?;
/// let proxy = LoadBalanceLayer::new(upstream).layer(EndpointClient::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct EndpointClient;

impl EndpointClient {
    /// The client; its connections belong to the endpoints.
    pub fn new() -> Self {
        Self
    }
}

impl Service<Request<Body>> for EndpointClient {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> ResponseFuture {
        match admit(&mut request) {
            Ok(chosen) => Endpoint::send(request, chosen),
            Err(rejection) => {
                let response = rejection.into_response(Format::of(request.headers()));
                Box::pin(ready(Ok(response)))
            }
        }
    }
}

/// Where `request` goes, if it can be forwarded at all.
fn admit(request: &mut Request<Body>) -> Result<ChosenEndpoint, Rejection> {
    if request.method() == Method::CONNECT {
        return Err(rejection::method_not_forwarded());
    }
    let chosen = request.extensions_mut().remove();
    chosen.ok_or_else(|| rejection::no_endpoint().caused_by("no layer has chosen an endpoint"))
}

#[cfg(test)]
mod tests {
    use gateway_core::rejection::Code;
    use http::StatusCode;

    use super::*;

    fn refusal(method: Method) -> (StatusCode, Code) {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        let rejection = admit(&mut request).unwrap_err();
        (rejection.status(), rejection.code())
    }

    #[test]
    fn what_cannot_be_forwarded_is_refused() {
        let no_endpoint = (StatusCode::SERVICE_UNAVAILABLE, rejection::NO_ENDPOINT);
        assert_eq!(refusal(Method::GET), no_endpoint);
        let tunnel = (StatusCode::NOT_IMPLEMENTED, rejection::METHOD_NOT_FORWARDED);
        assert_eq!(refusal(Method::CONNECT), tunnel);
    }
}

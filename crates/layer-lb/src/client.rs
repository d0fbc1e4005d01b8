//! The service that sends a request to its endpoint.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum_core::body::Body;
use gateway_core::contract::ResponseFuture;
use gateway_core::rejection::Format;
use http::{Method, Request, Response};
use tower_service::Service;

use crate::chosen_endpoint::ChosenEndpoint;
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

    fn call(&mut self, request: Request<Body>) -> ResponseFuture {
        Box::pin(async move { Ok(send(request).await) })
    }
}

async fn send(mut request: Request<Body>) -> Response<Body> {
    let format = Format::of(request.headers());
    if request.method() == Method::CONNECT {
        return rejection::method_not_forwarded().into_response(format);
    }
    let Some(chosen) = request.extensions_mut().remove::<ChosenEndpoint>() else {
        return rejection::no_endpoint()
            .caused_by("no layer has chosen an endpoint")
            .into_response(format);
    };
    let endpoint = chosen.endpoint();
    match endpoint.exchange(request, chosen.limits()).await {
        Ok(mut response) => {
            response
                .extensions_mut()
                .insert(endpoint.served_by().clone());
            response
        }
        Err(failure) => {
            let served_by = endpoint.served_by();
            failure.into_response(&served_by.upstream, &served_by.endpoint, format)
        }
    }
}

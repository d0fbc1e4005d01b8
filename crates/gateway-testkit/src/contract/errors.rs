//! A layer adds no errors and hides none.

use std::future::{Ready, poll_fn, ready};
use std::pin::pin;
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Finding, PATIENCE};

/// The error of [`Failing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeError;

impl std::fmt::Display for ProbeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the probe was told to fail")
    }
}

impl std::error::Error for ProbeError {}

/// A service that fails with [`ProbeError`].
#[derive(Clone, Copy, Debug)]
pub struct Failing;

impl Service<Request> for Failing {
    type Response = Response;
    type Error = ProbeError;
    type Future = Ready<Result<Response, ProbeError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ProbeError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        ready(Err(ProbeError))
    }
}

/// Around a service that can fail, the layer's error is that service's, and it comes through. This is for
/// layers that stand around services of any error type, as those of a service author's own stack do.
///
/// # Errors
/// When the error does not come through.
pub async fn passes_on_errors<L>(layer: &L, request: Request) -> Finding
where
    L: Layer<Failing>,
    L::Service: Service<Request, Response = Response, Error = ProbeError>,
{
    let mut service = layer.layer(Failing);
    let answered = async {
        poll_fn(|cx| service.poll_ready(cx)).await?;
        service.call(request).await
    };
    match tokio::time::timeout(PATIENCE, pin!(answered)).await {
        Ok(Err(ProbeError)) => Ok(()),
        Ok(Ok(response)) => Err(format!("the error became a response {}", response.status())),
        Err(_) => Err("neither a response nor the error came".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use tower::util::{AndThenLayer, ThenLayer};

    use super::*;
    use crate::contract::fixtures::{NoOp, get};

    #[tokio::test]
    async fn an_error_that_comes_through_passes() {
        assert_eq!(passes_on_errors(&NoOp, get("/")).await, Ok(()));
        let layer = AndThenLayer::new(|response: Response| ready(Ok::<_, ProbeError>(response)));
        assert_eq!(passes_on_errors(&layer, get("/")).await, Ok(()));
    }

    #[tokio::test]
    async fn an_error_that_becomes_a_response_is_found() {
        let layer = ThenLayer::new(|_: Result<Response, ProbeError>| {
            ready(Ok::<_, ProbeError>(Response::new(Body::empty())))
        });
        assert!(passes_on_errors(&layer, get("/")).await.is_err());
    }
}

//! The service.

use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::contract::{DecisionFuture, Request, Response};
use tower_service::Service;

use super::policy::Policy;

/// The service of an [`ApiKeyLayer`](super::ApiKeyLayer).
///
/// ```
/// use std::convert::Infallible;
///
/// use gateway_core::contract::{Request, Response};
/// use http::StatusCode;
/// use layer_auth::{ApiKeyLayer, ApiKeys};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let inner = service_fn(async |_: Request| Ok::<_, Infallible>(Response::default()));
/// let service = ApiKeyLayer::new(ApiKeys::new()).layer(inner);
///
/// let response = service.oneshot(Request::default()).await.unwrap();
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ApiKeyService<S> {
    policy: Arc<Policy>,
    inner: S,
}

impl<S> ApiKeyService<S> {
    pub(super) fn new(policy: Arc<Policy>, inner: S) -> Self {
        Self { policy, inner }
    }
}

impl<S> Service<Request> for ApiKeyService<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = DecisionFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        match self.policy.decide(&parts) {
            Ok(identity) => {
                self.policy.admit(&mut parts, identity);
                DecisionFuture::pass(self.inner.call(Request::from_parts(parts, body)))
            }
            Err(rejection) => DecisionFuture::answer(rejection.into_response_to(&parts.headers)),
        }
    }
}

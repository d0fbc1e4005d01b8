//! The adapter for authors who want no tower: an `async fn(Request, Next) -> Response`.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{Request, Response, ResponseFuture, RouteService};

/// The rest of the stack, for a [`Handler`] to call at most once.
#[derive(Debug)]
pub struct Next(RouteService);

impl Next {
    /// Lets the rest of the stack answer `request`.
    pub fn run(self, request: Request) -> impl Future<Output = Response> + Send {
        // Called at once, so that the future need not hold the request.
        let response = self.0.respond(request);
        async move {
            let Ok(response) = response.await;
            response
        }
    }
}

/// An asynchronous function of a request and the rest of the stack.
pub trait Handler: Send + Sync + 'static {
    /// Answers `request`, with the help of `next` or without it.
    fn handle(&self, request: Request, next: Next) -> ResponseFuture;
}

impl<F, Fut> Handler for F
where
    F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    fn handle(&self, request: Request, next: Next) -> ResponseFuture {
        Box::pin(Answer {
            response: self(request, next),
        })
    }
}

pin_project! {
    /// The future of a handler as that of a service. An `async` block would hold the handler's future twice:
    /// as it was captured, and as it is awaited.
    struct Answer<F> {
        #[pin]
        response: F,
    }
}

impl<F: Future<Output = Response>> Future for Answer<F> {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().response.poll(cx).map(Ok)
    }
}

/// Makes a layer of `handler`.
///
/// ```
/// use gateway_core::contract::{Next, Request, Response, handler};
///
/// async fn pass(request: Request, next: Next) -> Response {
///     next.run(request).await
/// }
///
/// let layer = handler(pass);
/// ```
pub fn handler<H: Handler>(handler: H) -> HandlerLayer {
    HandlerLayer(Arc::new(handler))
}

/// The layer that [`handler()`] makes.
#[derive(Clone)]
pub struct HandlerLayer(Arc<dyn Handler>);

impl<S> Layer<S> for HandlerLayer
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    type Service = HandlerService;

    fn layer(&self, inner: S) -> HandlerService {
        HandlerService {
            handler: Arc::clone(&self.0),
            inner: RouteService::new(inner),
        }
    }
}

impl std::fmt::Debug for HandlerLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HandlerLayer")
    }
}

/// The service of [`HandlerLayer`].
#[derive(Clone)]
pub struct HandlerService {
    handler: Arc<dyn Handler>,
    inner: RouteService,
}

impl Service<Request> for HandlerService {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        self.handler.handle(request, Next(self.inner.clone()))
    }
}

impl std::fmt::Debug for HandlerService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HandlerService")
    }
}

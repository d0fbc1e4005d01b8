//! What stands inside a layer: the rest of the stack, its type erased.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum_core::body::Body;
use tower_service::Service;

/// A request as layers see it.
pub type Request = http::Request<Body>;

/// A response as layers see it.
pub type Response = http::Response<Body>;

/// The future of a [`RouteService`].
pub type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A service of a route's stack with its type erased; cloning it is one atomic increment.
///
/// The erased service stands behind an `Arc` and is called through `&self`. Cloning the whole inner stack
/// for each request, as a boxed tower service does, costs allocations quadratic in the depth of the stack.
#[derive(Clone)]
pub struct RouteService(Arc<dyn ErasedService>);

impl RouteService {
    /// Erases the type of `service`; one that is erased already stays as it is.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request, Response = Response, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        same_type::<S, Self>(service).unwrap_or_else(|service| Self(Arc::new(service)))
    }

    /// Answers `request`.
    pub fn respond(&self, request: Request) -> ResponseFuture {
        self.0.respond(request)
    }
}

impl Service<Request> for RouteService {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    /// Always ready: each call waits for its own clone of the erased service to be ready.
    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        self.0.respond(request)
    }
}

impl std::fmt::Debug for RouteService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RouteService")
    }
}

trait ErasedService: Send + Sync {
    fn respond(&self, request: Request) -> ResponseFuture;
}

impl<S> ErasedService for S
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    fn respond(&self, request: Request) -> ResponseFuture {
        let mut service = self.clone();
        // Nearly every service is ready at once; then its own future is all there is to box.
        match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => boxed(service.call(request)),
            Poll::Ready(Err(never)) => match never {},
            Poll::Pending => Box::pin(async move {
                std::future::poll_fn(|cx| service.poll_ready(cx)).await?;
                service.call(request).await
            }),
        }
    }
}

/// Boxes a future, unless it is a boxed one.
fn boxed<F>(future: F) -> ResponseFuture
where
    F: Future<Output = Result<Response, Infallible>> + Send + 'static,
{
    same_type::<F, ResponseFuture>(future).unwrap_or_else(|future| Box::pin(future))
}

/// `value` itself where its type is `T`, which is known when the code is compiled.
fn same_type<V: 'static, T: 'static>(value: V) -> Result<T, V> {
    let mut slot = Some(value);
    let same = (&mut slot as &mut dyn Any).downcast_mut::<Option<T>>();
    match (same.and_then(Option::take), slot) {
        (Some(same), _) => Ok(same),
        (None, Some(value)) => Err(value),
        (None, None) => unreachable!("what was put in is taken out once"),
    }
}

//! What stands inside an observed layer, in the place of the rest of the stack.

use std::convert::Infallible;
use std::task::{Context, Poll};

use tower_service::Service;

use super::current::current;
use super::flight::{Flight, unsent};
use crate::contract::{Request, Response, ResponseFuture, RouteService};

/// Lets the request through once and as it arrived, with the facts the layer added, whatever the layer sends
/// and however often.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) inner: RouteService,
}

impl Service<Request> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut touched: Request) -> ResponseFuture {
        let facts = touched.extensions_mut();
        // A request of the layer's own making has no handle: it stands for the one that the layer works on.
        let Some(flight) = facts.remove::<Flight>().or_else(current) else {
            tracing::warn!(
                "observed: a request that the layer made in a task of its own is not sent"
            );
            return Box::pin(std::future::ready(Ok(unsent())));
        };
        flight.send(&self.inner, std::mem::take(facts));
        Box::pin(async move { Ok(flight.copy_response().await) })
    }
}

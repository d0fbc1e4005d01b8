//! What stands inside an observed layer, in the place of the rest of the stack.

use std::convert::Infallible;
use std::task::{Context, Poll};

use tower_service::Service;

use super::flight::Flight;
use crate::contract::{Request, Response, ResponseFuture, RouteService};

/// Lets the request through as it arrived, with the facts the layer added.
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
        let flight = touched.extensions_mut().remove::<Flight>();
        let Some((flight, mut original)) =
            flight.and_then(|f| Some((f.clone(), f.take_request()?)))
        else {
            // A request of the layer's own making, such as a second attempt: nothing to put back.
            return self.inner.respond(touched);
        };
        *original.extensions_mut() = std::mem::take(touched.extensions_mut());
        let response = self.inner.respond(original);
        Box::pin(async move { Ok(flight.note_response(response.await?)) })
    }
}

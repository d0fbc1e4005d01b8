//! `when`: a layer that stands aside unless a condition holds.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_service::Service;

use super::{Request, Response, ResponseFuture, RouteService};
use crate::expression::Condition;

/// Sends a request through the layered service when the condition holds, else straight to the inner one.
#[derive(Clone)]
pub(super) struct Conditional {
    pub(super) condition: Arc<Condition>,
    pub(super) layered: RouteService,
    pub(super) inner: RouteService,
}

impl Service<Request> for Conditional {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let (parts, body) = request.into_parts();
        // A condition that cannot be evaluated must not switch a policy off: the layer applies.
        let applies = self.condition.evaluate(&parts).unwrap_or(true);
        let request = Request::from_parts(parts, body);
        if applies {
            self.layered.respond(request)
        } else {
            self.inner.respond(request)
        }
    }
}

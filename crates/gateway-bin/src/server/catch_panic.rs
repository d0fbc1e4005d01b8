//! A panic in a layer ends its request, not its connection.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use gateway_core::contract::{Response, ResponseFuture};
use gateway_core::rejection::Format;

use crate::rejection;

/// The response of a route's stack, or a refusal if the stack panics.
pub(super) struct CatchPanic {
    /// `None` when making the future has panicked already.
    response: Option<ResponseFuture>,
    format: Format,
}

impl CatchPanic {
    /// Runs `respond` and the future it makes.
    pub(super) fn new(format: Format, respond: impl FnOnce() -> ResponseFuture) -> Self {
        // Nothing outlives the request but what is behind locks and atomics, which poisoning guards.
        let response = catch_unwind(AssertUnwindSafe(respond)).ok();
        Self { response, format }
    }
}

impl Future for CatchPanic {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.response.as_mut().and_then(|response| {
            catch_unwind(AssertUnwindSafe(|| response.as_mut().poll(cx))).ok()
        });
        polled.unwrap_or_else(|| {
            tracing::error!("a layer panicked; its request is answered with 500");
            Poll::Ready(Ok(rejection::panicked().into_response(self.format)))
        })
    }
}

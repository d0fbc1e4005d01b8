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
        let response = catch_panic(respond);
        Self { response, format }
    }
}

impl Future for CatchPanic {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self
            .response
            .as_mut()
            .and_then(|response| catch_panic(|| response.as_mut().poll(cx)));
        polled.unwrap_or_else(|| {
            // A future that has panicked may not be polled again.
            self.response = None;
            Poll::Ready(Ok(rejection::panicked().into_response(self.format)))
        })
    }
}

/// What `work` comes to, or `None` if it panics.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    // What outlives the request is shared behind locks, none of which is held while a layer's code runs.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    if outcome.is_err() {
        tracing::error!("a layer panicked; its request ends, its connection goes on");
    }
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    async fn status(respond: impl FnOnce() -> ResponseFuture) -> StatusCode {
        let Ok(response) = CatchPanic::new(Format::Problem, respond).await;
        response.status()
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        assert_eq!(
            status(|| panic!("at once")).await,
            StatusCode::INTERNAL_SERVER_ERROR
        );
        let later = || -> ResponseFuture {
            Box::pin(async {
                tokio::task::yield_now().await;
                panic!("later")
            })
        };
        assert_eq!(status(later).await, StatusCode::INTERNAL_SERVER_ERROR);
        let well = || -> ResponseFuture { Box::pin(async { Ok(Response::default()) }) };
        assert_eq!(status(well).await, StatusCode::OK);
    }
}

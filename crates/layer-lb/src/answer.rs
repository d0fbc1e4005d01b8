//! What the client gets for an exchange.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use gateway_core::rejection::Format;
use http::Response;
use pin_project_lite::pin_project;

use crate::endpoint::Endpoint;
use crate::failure::Failure;

pin_project! {
    /// What the client gets for an exchange with an endpoint: the response, or one that says what failed.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Answer<F> {
        #[pin]
        exchange: F,
        endpoint: Arc<Endpoint>,
        format: Format,
        is_over: bool,
    }

    impl<F> PinnedDrop for Answer<F> {
        fn drop(this: Pin<&mut Self>) {
            if !this.is_over {
                this.endpoint.counters().cancelled.increment();
            }
        }
    }
}

impl<F> Answer<F> {
    /// Answers in `format` with what comes of `exchange` with `endpoint`.
    pub(crate) fn new(exchange: F, endpoint: Arc<Endpoint>, format: Format) -> Self {
        Self {
            exchange,
            endpoint,
            format,
            is_over: false,
        }
    }
}

impl<F> Future for Answer<F>
where
    F: Future<Output = Result<Response<Body>, Failure>>,
{
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let served_by = this.endpoint.served_by();
        let outcome = ready!(this.exchange.poll(cx));
        *this.is_over = true;
        Poll::Ready(Ok(match outcome {
            Ok(mut response) => {
                response.extensions_mut().insert(served_by.clone());
                response
            }
            Err(failure) => {
                this.endpoint.counters().count(failure.fact());
                failure.into_response(&served_by.upstream, &served_by.endpoint, *this.format)
            }
        }))
    }
}

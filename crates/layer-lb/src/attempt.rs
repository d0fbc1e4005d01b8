//! One attempt, and what is learnt from it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use http::Response;
use pin_project_lite::pin_project;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::outcome::{Ending, Outcome};
use crate::upstream::Upstream;

pin_project! {
    /// One attempt at an endpoint. When the head of the response is there, the upstream learns how it went.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Attempt<F> {
        #[pin]
        inner: F,
        upstream: Upstream,
        endpoint: Arc<Endpoint>,
        start: Instant,
        is_over: bool,
    }

    impl<F> PinnedDrop for Attempt<F> {
        fn drop(this: Pin<&mut Self>) {
            if !this.is_over {
                let ending = Ending::Cancelled;
                let elapsed = this.start.elapsed();
                this.upstream.observe(&this.endpoint, Outcome { ending, elapsed });
            }
        }
    }
}

impl<F> Attempt<F> {
    /// `inner` is the future of a request that was sent to `endpoint` of `upstream` at `start`.
    pub(crate) fn new(
        inner: F,
        upstream: Upstream,
        endpoint: Arc<Endpoint>,
        start: Instant,
    ) -> Self {
        Self {
            inner,
            upstream,
            endpoint,
            start,
            is_over: false,
        }
    }
}

impl<F, E> Future for Attempt<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx));
        *this.is_over = true;
        let outcome = Outcome {
            ending: response.as_ref().map_or(Ending::Cancelled, Ending::of),
            elapsed: this.start.elapsed(),
        };
        this.upstream.observe(this.endpoint, outcome);
        Poll::Ready(response)
    }
}

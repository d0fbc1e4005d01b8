//! One attempt, and what is learnt from it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use http::Response;
use pin_project_lite::pin_project;
use tokio::time::Instant;

use crate::balance::Tie;
use crate::endpoint::Endpoint;
use crate::outcome::Ending;
use crate::route_policy::RoutePolicy;

pin_project! {
    /// One attempt at an endpoint. When the head of the response is there, the upstream learns how it went.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Attempt<F> {
        #[pin]
        inner: F,
        route: Arc<RoutePolicy>,
        endpoint: Arc<Endpoint>,
        start: Instant,
        tie: Tie,
        is_over: bool,
    }

    impl<F> PinnedDrop for Attempt<F> {
        fn drop(this: Pin<&mut Self>) {
            if !this.is_over {
                let upstream = &this.route.upstream;
                upstream.observe(&this.endpoint, Ending::Cancelled, this.start);
            }
        }
    }
}

impl<F> Attempt<F> {
    /// `inner` is the future of a request that was sent to `endpoint` of the upstream of `route` at `start`, with what
    /// ties its client to an endpoint.
    pub(crate) fn new(
        inner: F,
        route: Arc<RoutePolicy>,
        endpoint: Arc<Endpoint>,
        start: Instant,
        tie: Tie,
    ) -> Self {
        Self {
            inner,
            route,
            endpoint,
            start,
            tie,
            is_over: false,
        }
    }

    /// On whose behalf it was made.
    pub(crate) fn route(&self) -> &Arc<RoutePolicy> {
        &self.route
    }

    /// Where it was made.
    pub(crate) fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// When it began.
    pub(crate) fn start(&self) -> Instant {
        self.start
    }
}

impl<F, E> Future for Attempt<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx));
        *this.is_over = true;
        let upstream = &this.route.upstream;
        let ending = response.as_ref().map_or(Ending::Cancelled, Ending::of);
        upstream.observe(this.endpoint, ending, *this.start);
        if let Ok(response) = &mut response {
            let id = this.endpoint.id();
            this.tie.renew(upstream.balance(), id, response);
        }
        Poll::Ready(response)
    }
}

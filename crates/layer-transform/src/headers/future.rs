//! The future.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use gateway_core::contract::Response;
use pin_project_lite::pin_project;

use super::{Computed, HeadersLayer};

pin_project! {
    /// The future of a [`HeadersService`](super::HeadersService): the inner answer, edited.
    #[derive(Debug)]
    pub struct HeadersFuture<F> {
        #[pin]
        inner: F,
        layer: HeadersLayer,
        computed: Computed,
    }
}

impl<F> HeadersFuture<F> {
    pub(super) fn new(inner: F, layer: HeadersLayer, computed: Computed) -> Self {
        Self {
            inner,
            layer,
            computed,
        }
    }
}

impl<F, E> Future for HeadersFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx))?;
        let computed = std::mem::take(this.computed);
        this.layer.apply_response(computed, response.headers_mut());
        Poll::Ready(Ok(response))
    }
}

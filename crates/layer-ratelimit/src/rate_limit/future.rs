//! The future: the inner answer with the caller's standing, or the refusal.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use gateway_core::contract::{DecisionFuture, Response};
use pin_project_lite::pin_project;

use super::Standing;
use super::limit::RateLimit;

pin_project! {
    /// The future of a [`RateLimitService`](crate::RateLimitService).
    #[derive(Debug)]
    pub struct RateLimitFuture<F> {
        #[pin]
        decision: DecisionFuture<F>,
        telling: Option<(Arc<RateLimit>, Standing)>,
    }
}

impl<F> RateLimitFuture<F> {
    /// The inner service answers; where the request was counted, the answer says how the caller stands.
    pub(crate) fn pass(inner: F, telling: Option<(Arc<RateLimit>, Standing)>) -> Self {
        Self {
            decision: DecisionFuture::pass(inner),
            telling,
        }
    }

    /// The refusal answers.
    pub(crate) fn refuse(response: Response) -> Self {
        Self {
            decision: DecisionFuture::answer(response),
            telling: None,
        }
    }
}

impl<F, E> Future for RateLimitFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.decision.poll(cx))?;
        if let Some((limit, standing)) = this.telling {
            limit.tell(*standing, response.headers_mut());
        }
        Poll::Ready(Ok(response))
    }
}

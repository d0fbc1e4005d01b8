//! The future of the service that chooses an endpoint.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::body::Body;
use http::Response;
use pin_project_lite::pin_project;

pin_project! {
    /// The future of [`LoadBalanceService`](crate::LoadBalanceService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct LoadBalanceFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StateProjection]
    enum State<F> {
        Sent {
            #[pin]
            response: F,
        },
        Refused {
            response: Option<Response<Body>>,
        },
    }
}

impl<F> LoadBalanceFuture<F> {
    /// The request is on its way, and `response` will come of it.
    pub(crate) fn sent(response: F) -> Self {
        Self {
            state: State::Sent { response },
        }
    }

    /// The request was refused with `response`.
    pub(crate) fn refused(response: Response<Body>) -> Self {
        Self {
            state: State::Refused {
                response: Some(response),
            },
        }
    }
}

impl<F, E> Future for LoadBalanceFuture<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().state.project() {
            StateProjection::Sent { response } => response.poll(cx),
            // Polled again after completion, which no caller may do, it stays silent.
            StateProjection::Refused { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response)),
                None => Poll::Pending,
            },
        }
    }
}

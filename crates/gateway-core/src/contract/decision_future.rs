//! The future of a layer that decides before it calls.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll, ready as poll_ready};

use pin_project_lite::pin_project;

use super::Response;

pin_project! {
    /// The future of a layer that decides synchronously: its own answer, or the inner service's future as it
    /// is. Nothing is boxed on the way through; only an answer of the layer's own is, to keep this small.
    ///
    /// ```
    /// use gateway_core::contract::{DecisionFuture, Request, Response};
    /// use gateway_core::rejection::{Code, Rejection};
    /// use http::StatusCode;
    /// use tower_service::Service;
    ///
    /// /// What the `call` of such a layer comes down to.
    /// fn call<S: Service<Request, Response = Response>>(
    ///     decision: Result<(), Rejection>,
    ///     request: Request,
    ///     inner: &mut S,
    /// ) -> DecisionFuture<S::Future> {
    ///     match decision {
    ///         Ok(()) => DecisionFuture::pass(inner.call(request)),
    ///         Err(rejection) => DecisionFuture::answer(rejection.into_response_to(request.headers())),
    ///     }
    /// }
    /// ```
    #[derive(Debug)]
    pub struct DecisionFuture<F> {
        #[pin]
        decision: Decision<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = DecisionProjection]
    enum Decision<F> {
        Answer { response: Ready<Box<Response>> },
        Pass { #[pin] inner: F },
    }
}

impl<F> DecisionFuture<F> {
    /// The layer answers by itself.
    pub fn answer(response: Response) -> Self {
        Self {
            decision: Decision::Answer {
                response: ready(Box::new(response)),
            },
        }
    }

    /// The inner service answers.
    pub fn pass(inner: F) -> Self {
        Self {
            decision: Decision::Pass { inner },
        }
    }
}

impl<F, E> Future for DecisionFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().decision.project() {
            DecisionProjection::Answer { response } => {
                let response = poll_ready!(Pin::new(response).poll(cx));
                Poll::Ready(Ok(*response))
            }
            DecisionProjection::Pass { inner } => inner.poll(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http::StatusCode;

    use super::*;

    type Inner = Ready<Result<Response, Infallible>>;

    fn response(status: StatusCode) -> Response {
        let mut response = Response::default();
        *response.status_mut() = status;
        response
    }

    #[tokio::test]
    async fn either_answer_comes_out() {
        let own = DecisionFuture::<Inner>::answer(response(StatusCode::FORBIDDEN));
        assert_eq!(own.await.unwrap().status(), StatusCode::FORBIDDEN);
        let inner =
            DecisionFuture::pass(ready(Ok::<_, Infallible>(response(StatusCode::ACCEPTED))));
        assert_eq!(inner.await.unwrap().status(), StatusCode::ACCEPTED);
    }

    #[test]
    fn it_is_hardly_larger_than_the_inner_future() {
        let boxed = size_of::<super::super::ResponseFuture>();
        assert!(
            size_of::<DecisionFuture<super::super::ResponseFuture>>() <= boxed + size_of::<usize>()
        );
    }
}

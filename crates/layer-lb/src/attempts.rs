//! The attempts at one request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum_core::body::Body;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::attempt::Attempt;
use crate::caller::Caller;
use crate::flight::Flight;
use crate::retry::{HandedBack, Journey, again, hedged};
use crate::route_policy::RoutePolicy;

pin_project! {
    /// The future of a [`LoadBalanceService`](crate::LoadBalanceService): as many attempts at a request as it takes and
    /// its upstream allows. The first one stands in it as it is; only what comes after that is boxed.
    #[must_use = "futures do nothing unless polled"]
    pub struct Attempts<S>
    where
        S: Service<Request<Body>>,
    {
        #[pin]
        state: State<S, S::Future, S::Error>,
    }
}

type Rest<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

pin_project! {
    #[project = StateProjection]
    enum State<S, F, E> {
        // There is nothing to attempt.
        Answer { response: Option<Box<Response<Body>>> },
        First {
            #[pin]
            attempt: Attempt<F>,
            // For those to come.
            service: S,
            caller: Caller,
        },
        Rest { rest: Rest<E> },
    }
}

impl<S> Attempts<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    /// Answers without an attempt.
    pub(crate) fn answer(response: Response<Body>) -> Self {
        let response = Some(Box::new(response));
        Self {
            state: State::Answer { response },
        }
    }

    /// Begins with `attempt`; others are made by `service` for `caller`.
    pub(crate) fn first(attempt: Attempt<S::Future>, service: S, caller: Caller) -> Self {
        Self {
            state: State::First {
                attempt,
                service,
                caller,
            },
        }
    }
}

impl<S> Attempts<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
{
    /// Sends `request` to the endpoint of `flight`, and to another one where that takes longer than `patience`.
    pub(crate) fn hedged(
        service: S,
        route: Arc<RoutePolicy>,
        journey: Journey,
        request: Request<Body>,
        flight: Flight,
        patience: Duration,
    ) -> Self {
        let rest = Box::pin(hedged(service, route, journey, request, flight, patience));
        Self {
            state: State::Rest { rest },
        }
    }
}

impl<S> Future for Attempts<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
{
    type Output = Result<Response<Body>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let rest = match state.as_mut().project() {
                StateProjection::Answer { response } => {
                    return match response.take() {
                        Some(response) => Poll::Ready(Ok(*response)),
                        None => Poll::Pending,
                    };
                }
                StateProjection::Rest { rest } => return rest.as_mut().poll(cx),
                StateProjection::First {
                    mut attempt,
                    service,
                    caller,
                } => {
                    let response = ready!(attempt.as_mut().poll(cx))?;
                    if response.extensions().get::<HandedBack>().is_none() {
                        return Poll::Ready(Ok(response));
                    }
                    let mut journey = Journey::new(attempt.start(), *caller);
                    journey.been_at(attempt.endpoint(), &response);
                    let route = Arc::clone(attempt.route());
                    Box::pin(again(service.clone(), route, journey, response))
                }
            };
            state.set(State::Rest { rest });
        }
    }
}

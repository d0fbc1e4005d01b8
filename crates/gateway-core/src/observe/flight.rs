//! One request on its way through an observed layer.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use http::{Extensions, StatusCode};

use super::audience::Audience;
use super::tape::Tape;
use crate::contract::{Request, Response, ResponseFuture, RouteService};

/// One request on its way through an observed layer, and the one call of the inner service that it gets. The
/// call belongs to the flight and not to the layer: it goes on when the layer turns away from it, and is not
/// repeated when the layer repeats it.
#[derive(Clone)]
pub(super) struct Flight(Arc<Log>);

struct Log {
    call: Mutex<Call>,
    audience: Arc<Audience>,
}

/// How far the call of the inner service is.
enum Call {
    /// The request as it arrived.
    Held(http::request::Parts, Tape),
    Sent(ResponseFuture),
    /// The response as it came from the inner service.
    Answered(http::response::Parts, Tape),
    /// The response is on its way to the client.
    Over,
}

impl Flight {
    /// Keeps `request` as it arrived; returns the copy for the layer to work on.
    pub(super) fn depart(request: Request) -> (Self, Request) {
        let (parts, body) = request.into_parts();
        let tape = Tape::new(body);
        let mut copy = Request::from_parts(parts.clone(), tape.play());
        let flight = Self(Arc::new(Log {
            call: Mutex::new(Call::Held(parts, tape)),
            audience: Arc::default(),
        }));
        copy.extensions_mut().insert(flight.clone());
        (flight, copy)
    }

    /// Sends the request as it arrived and with `facts` added, unless it has been sent before.
    pub(super) fn send(&self, inner: &RouteService, facts: Extensions) {
        let mut call = self.call();
        match std::mem::replace(&mut *call, Call::Over) {
            Call::Held(mut parts, tape) => {
                parts.extensions.extend(facts);
                let request = Request::from_parts(parts, tape.rewind());
                *call = Call::Sent(inner.respond(request));
            }
            later => *call = later,
        }
    }

    /// Waits for the response; returns a copy for the layer to work on, which later ones may have too.
    pub(super) async fn copy_response(&self) -> Response {
        poll_fn(|cx| self.poll_answered(cx)).await;
        match &*self.call() {
            Call::Answered(parts, tape) => Response::from_parts(parts.clone(), tape.play()),
            _ => unsent(),
        }
    }

    /// The response as it came from the inner service; `None` when it has not come while the layer decided.
    pub(super) fn take_response(&self) -> Option<Response> {
        let mut call = self.call();
        match std::mem::replace(&mut *call, Call::Over) {
            Call::Answered(parts, tape) => Some(Response::from_parts(parts, tape.rewind())),
            other => {
                *call = other;
                None
            }
        }
    }

    /// Waits for the response, for which nobody in the layer waits any more.
    pub(super) async fn finish(&self) -> Response {
        poll_fn(|cx| self.poll_answered(cx)).await;
        self.take_response().unwrap_or_else(unsent)
    }

    fn poll_answered(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut call = self.call();
        let Call::Sent(future) = &mut *call else {
            return Poll::Ready(());
        };
        let Ok(response) = ready!(self.0.audience.poll(cx, |cx| future.as_mut().poll(cx)));
        let (parts, body) = response.into_parts();
        *call = Call::Answered(parts, Tape::new(body));
        Poll::Ready(())
    }

    fn call(&self) -> MutexGuard<'_, Call> {
        self.0.call.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a layer gets for a request that belongs to no flight, or to one that is over: it never reaches a client.
pub(super) fn unsent() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

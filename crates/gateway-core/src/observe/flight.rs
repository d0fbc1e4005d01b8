//! One request on its way through an observed layer.

use std::sync::{Arc, Mutex, PoisonError};

use super::tape::Tape;
use crate::contract::{Request, Response};

/// One request on its way through an observed layer: how it looked on arrival, and how its response looked
/// behind the gate. The gate finds it in the request's extensions.
#[derive(Clone)]
pub(super) struct Flight(Arc<Log>);

struct Log {
    arrival: Mutex<Option<http::request::Parts>>,
    answer: Mutex<Option<http::response::Parts>>,
    request_body: Tape,
    response_body: Tape,
}

impl Flight {
    /// Notes how `request` arrived; returns the copy for the layer to work on.
    pub(super) fn depart(request: Request) -> (Self, Request) {
        let (parts, body) = request.into_parts();
        let tape = Tape::default();
        let body = tape.record(body);
        let flight = Self(Arc::new(Log {
            arrival: Mutex::new(Some(parts.clone())),
            answer: Mutex::new(None),
            request_body: tape,
            response_body: Tape::default(),
        }));
        let mut copy = Request::from_parts(parts, body);
        copy.extensions_mut().insert(flight.clone());
        (flight, copy)
    }

    /// The request as it arrived; `None` when it has been taken before.
    pub(super) fn take_request(&self) -> Option<Request> {
        let parts = lock(&self.0.arrival).take()?;
        Some(Request::from_parts(parts, self.0.request_body.rewind()))
    }

    /// Notes how `response` looked behind the gate; returns the copy for the layer to work on.
    pub(super) fn note_response(&self, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        *lock(&self.0.answer) = Some(parts.clone());
        Response::from_parts(parts, self.0.response_body.record(body))
    }

    /// The response as it looked behind the gate; `None` when the layer answered by itself.
    pub(super) fn take_response(&self) -> Option<Response> {
        let parts = lock(&self.0.answer).take()?;
        Some(Response::from_parts(parts, self.0.response_body.rewind()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

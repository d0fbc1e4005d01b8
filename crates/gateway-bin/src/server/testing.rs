//! What stands behind a connection in the tests of the protocols.

use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use gateway_core::contract::{Request, Response};
use gateway_core::counter::Counter;
use gateway_core::rejection::Rejection;
use http::request::Parts;

use super::respond::Respond;

/// Answers by a function.
pub(super) struct Answering<F> {
    answer: F,
    refused: Arc<Counter>,
}

impl<F> Answering<F> {
    /// Answers by `answer`, and counts in `refused` what the connection refuses by itself.
    pub(super) fn new(answer: F, refused: &Arc<Counter>) -> Self {
        Self {
            answer,
            refused: Arc::clone(refused),
        }
    }
}

impl<F, A> Respond for Answering<F>
where
    F: Fn(Request) -> A,
    A: Future<Output = Response> + Send + 'static,
{
    type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn respond(&self, parts: Parts, body: Body) -> Self::Answer {
        Box::pin((self.answer)(Request::from_parts(parts, body)))
    }

    fn refused(&self, _: &Rejection) {
        self.refused.increment();
    }
}

//! An answer from the file.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::{Request, Response};
use http::{HeaderMap, StatusCode};
use tower::Service;

/// Answers every request alike.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Respond(Arc<Answer>);

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Respond {
    /// Answers with `status`, `headers` and `body`.
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(Answer {
            status,
            headers,
            body,
        }))
    }
}

impl Service<Request> for Respond {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: Request) -> Self::Future {
        let mut response = Response::new(Body::from(self.0.body.clone()));
        *response.status_mut() = self.0.status;
        *response.headers_mut() = self.0.headers.clone();
        ready(Ok(response))
    }
}

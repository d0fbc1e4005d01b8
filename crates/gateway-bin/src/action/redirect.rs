//! An answer that points elsewhere.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response};
use gateway_core::facts::MatchedRoute;
use gateway_core::rejection::Rejection;
use http::{HeaderValue, StatusCode, header};
use tower::Service;

use super::RedirectTarget;
use crate::rejection;

/// Answers with a `Location` made of a template; the request's query is kept.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Redirect {
    to: Arc<RedirectTarget>,
    status: StatusCode,
}

impl Redirect {
    /// Points to `to` with `status`, which is one of 301, 302, 303, 307 and 308.
    pub fn new(to: RedirectTarget, status: StatusCode) -> Self {
        Self {
            to: Arc::new(to),
            status,
        }
    }

    fn location(&self, request: &Request) -> Result<HeaderValue, Rejection> {
        let query = request.uri().query();
        let location = match request.extensions().get::<MatchedRoute>() {
            Some(route) => self.to.location(route.parameters(), query),
            None => self.to.location(&Default::default(), query),
        };
        HeaderValue::try_from(location?)
            .map_err(|error| rejection::rewrite_impossible().caused_by(error))
    }

    fn answer(&self, request: &Request) -> Response {
        let location = match self.location(request) {
            Ok(location) => location,
            Err(rejection) => return rejection.into_response_to(request.headers()),
        };
        let mut response = Response::default();
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::LOCATION, location);
        response
    }
}

impl Service<Request> for Redirect {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        ready(Ok(self.answer(&request)))
    }
}

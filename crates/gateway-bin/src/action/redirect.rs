//! An answer that points elsewhere.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use gateway_core::contract::{Request, Response};
use gateway_core::facts::MatchedRoute;
use http::{HeaderValue, StatusCode, header};
use tower::Service;

use super::TargetTemplate;
use crate::rejection;

/// Answers with a `Location` made of a template; the request's query is kept.
#[derive(Clone, Debug)]
pub struct Redirect {
    to: TargetTemplate,
    status: StatusCode,
}

impl Redirect {
    /// Points to `to` with `status`, which is one of 301, 302, 303, 307 and 308.
    pub fn new(to: TargetTemplate, status: StatusCode) -> Self {
        Self { to, status }
    }

    fn answer(&self, request: &Request) -> Response {
        let mut location = match request.extensions().get::<MatchedRoute>() {
            Some(route) => self.to.fill(route.parameters()),
            None => self.to.fill(&Default::default()),
        };
        if let Some(query) = request.uri().query() {
            location.push(if location.contains('?') { '&' } else { '?' });
            location.push_str(query);
        }
        let Ok(location) = HeaderValue::try_from(location) else {
            return rejection::rewrite_impossible().into_response_to(request.headers());
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

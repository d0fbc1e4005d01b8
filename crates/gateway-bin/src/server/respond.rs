//! Who answers the requests of a connection.

use axum::body::Body;
use gateway_core::contract::Response;
use gateway_core::rejection::{Format, Rejection};
use http::request::Parts;

use super::edge::{ConnectionEdge, EdgeFuture};

/// Who answers the requests of a connection.
pub(super) trait Respond {
    /// The answer, once it is there.
    type Answer: Future<Output = Response>;

    /// Answers one request. `body` is empty where there is none.
    fn respond(&self, parts: Parts, body: Body) -> Self::Answer;

    /// Takes note of a refusal that the connection gives by itself.
    fn refused(&self, rejection: &Rejection);

    /// The answer that refuses a request, which nobody behind the connection has heard of or will answer.
    fn refuse(&self, rejection: Rejection, format: Format) -> Response {
        self.refused(&rejection);
        rejection.into_response(format)
    }
}

impl Respond for ConnectionEdge {
    type Answer = EdgeFuture;

    fn respond(&self, parts: Parts, body: Body) -> EdgeFuture {
        self.respond(parts, body)
    }

    fn refused(&self, rejection: &Rejection) {
        self.refused(rejection);
    }
}

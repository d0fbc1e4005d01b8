//! Who answers the requests of a connection.

use axum::body::Body;
use gateway_core::contract::Response;
use gateway_core::rejection::Rejection;
use http::request::Parts;

use crate::server::edge::{ConnectionEdge, EdgeFuture};

/// Who answers the requests of a connection.
pub(in crate::server) trait Respond {
    /// The answer, once it is there.
    type Answer: Future<Output = Response>;

    /// Answers one request. `body` is empty where there is none.
    fn respond(&self, parts: Parts, body: Body) -> Self::Answer;

    /// Takes note of a refusal that the connection gives by itself.
    fn refused(&self, rejection: &Rejection);
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

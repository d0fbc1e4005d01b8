//! A request as h2 has read it, as the edge wants it.

use std::sync::Arc;

use axum::body::Body;
use gateway_core::facts::Upgrade;
use gateway_core::head::framing;
use gateway_core::rejection::Format;
use h2::RecvStream;
use http::request::Parts;
use http::{Method, Request, header};

use super::intake::{Gatherer, Intake};
use super::reply::Reply;
use super::request_body::RequestBody;
use super::request_pace::RequestPace;

/// A request as the edge wants it.
pub(super) struct Arrived {
    pub(super) parts: Parts,
    pub(super) body: Body,
    /// How slowly the body comes, where that has a limit.
    pub(super) pace: Option<Arc<RequestPace>>,
    /// The client's half of the stream, where it asks for a WebSocket.
    pub(super) upgrade: Option<Intake>,
    /// What gathers what comes, where anything does.
    pub(super) gatherer: Gatherer,
}

impl Arrived {
    /// Takes a request apart. h2 has checked that its pseudo-header fields are there and fit each other, and checks
    /// the body against `Content-Length`; what the values say is for the edge to judge.
    pub(super) fn new(request: Request<RecvStream>, reply: &Arc<Reply>) -> Self {
        let (mut parts, stream) = request.into_parts();
        parts.extensions.insert(reply.interim());
        let mut arrived = Self {
            parts,
            body: Body::empty(),
            pace: None,
            upgrade: None,
            gatherer: Gatherer::default(),
        };
        if arrived.parts.method == Method::CONNECT {
            if arrived.asks_for_web_socket() {
                arrived.become_upgrade();
                let intake = Intake::new(stream);
                arrived.gatherer = intake.gatherer();
                arrived.upgrade = Some(intake);
            }
        } else if !stream.is_end_stream() {
            arrived.take_body(Intake::new(stream), reply);
        }
        arrived
    }

    fn take_body(&mut self, intake: Intake, reply: &Arc<Reply>) {
        self.gatherer = intake.gatherer();
        let headers = &self.parts.headers;
        let length = headers
            .get(header::CONTENT_LENGTH)
            .and_then(framing::length);
        let mut body = RequestBody::new(intake, length, reply);
        if headers.contains_key(header::EXPECT) {
            body = body.held_back();
        }
        // A gRPC stream may rest as long as it likes.
        if Format::of(headers) != Format::Grpc {
            let pace = Arc::default();
            body = body.paced(&pace);
            self.pace = Some(pace);
        }
        self.body = Body::new(body);
    }

    /// Whether this is an extended CONNECT (RFC 8441) for the only protocol that is ever granted.
    fn asks_for_web_socket(&self) -> bool {
        let protocol = self.parts.extensions.get::<h2::ext::Protocol>();
        protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
    }

    /// Gives the request the form that a WebSocket handshake has inside a stack, whatever the protocol.
    fn become_upgrade(&mut self) {
        self.parts.method = Method::GET;
        self.parts.extensions.remove::<h2::ext::Protocol>();
        self.parts.extensions.insert(Upgrade::WebSocket);
    }
}

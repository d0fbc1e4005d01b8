//! A request as h2 has read it, as the edge wants it.

use std::sync::Arc;

use axum::body::Body;
use gateway_core::facts::Upgrade;
use gateway_core::rejection::Format;
use h2::RecvStream;
use http::request::Parts;
use http::{Method, Request, header};

use super::reply::Reply;
use super::request_body::RequestBody;
use super::request_pace::RequestPace;

/// A request as the edge wants it.
pub(super) struct Incoming {
    pub(super) parts: Parts,
    pub(super) body: Body,
    /// How slowly the body comes, where that has a limit.
    pub(super) pace: Option<Arc<RequestPace>>,
    /// The client's half of the stream, where it asks for a WebSocket.
    pub(super) upgrade: Option<RecvStream>,
}

impl Incoming {
    /// Takes a request apart. h2 has checked that its pseudo-header fields are there and fit each other, and checks
    /// the body against `Content-Length`; what the values say is for the edge to judge.
    pub(super) fn new(request: Request<RecvStream>, reply: &Arc<Reply>) -> Self {
        let (mut parts, stream) = request.into_parts();
        parts.extensions.insert(reply.interim());
        let mut incoming = Self {
            parts,
            body: Body::empty(),
            pace: None,
            upgrade: None,
        };
        if incoming.parts.method == Method::CONNECT {
            if incoming.asks_for_web_socket() {
                incoming.become_upgrade();
                incoming.upgrade = Some(stream);
            }
        } else if !stream.is_end_stream() {
            incoming.take_body(stream, reply);
        }
        incoming
    }

    fn take_body(&mut self, stream: RecvStream, reply: &Arc<Reply>) {
        let headers = &self.parts.headers;
        let length = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        let mut body = RequestBody::new(stream, length, reply);
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

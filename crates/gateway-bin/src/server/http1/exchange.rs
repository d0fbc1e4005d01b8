//! One request, until its answer is written.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Body;
use gateway_core::http1::{BodyLength, RequestHead};
use http::Request;
use http::request::Parts;

use super::asked::{Asked, expects_continue};
use super::client_io::ClientIo;
use super::connection::Connection;
use super::end::End;
use super::incoming::Incoming;
use super::request_body::RequestBody;
use crate::server::respond::Respond;

impl<I: ClientIo, R: Respond> Connection<I, R> {
    /// Has one request answered. Another may follow unless this is how the connection ends.
    pub(super) async fn exchange(&mut self, head: RequestHead) -> Result<(), End> {
        self.requests += 1;
        let asked = Asked::by(&head);
        let (parts, body) = self.begin(head, asked);
        let response = {
            // What it holds of the request's body is given up when the answer begins.
            let answering = pin!(self.respond.respond(parts, body));
            self.wait_for(asked, answering).await?
        };
        self.send(asked, response).await?;
        self.finish_request().await
    }

    /// The request as the stack gets it.
    fn begin(&mut self, head: RequestHead, asked: Asked) -> (Parts, Body) {
        let incoming = Incoming::new(head.body, expects_continue(&head));
        let remaining = incoming.remaining();
        let request = self.shared.lock().begin(incoming, asked.is_modern);
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = head.method;
        parts.uri = head.uri;
        parts.version = head.version;
        parts.headers = head.headers;
        parts.extensions = std::mem::take(&mut self.extensions);
        // The facts that only the connection knows. That a client asks for WebSocket is found where the head is
        // admitted, for all protocols alike.
        if asked.is_modern {
            parts.extensions.insert(self.hints.to(request));
        }
        let body = match head.body {
            BodyLength::Empty | BodyLength::Length(0) => Body::empty(),
            _ => {
                let shared = Arc::clone(&self.shared);
                Body::new(RequestBody::new(shared, request, remaining))
            }
        };
        (parts, body)
    }
}

//! The answer to a call of gRPC.

use bytes::Bytes;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, StatusCode};
use prost::Message;

use super::super::Fault;
use super::framing::Unframer;

/// The answer to a call: messages, then a status.
#[derive(Debug)]
pub(super) struct Stream {
    body: RecvStream,
    unframer: Unframer,
    /// A call goes on for as long as its request does.
    _request: SendStream<Bytes>,
}

impl Stream {
    /// The answer whose head is `response`, to the call `request`.
    pub(super) fn open(
        response: http::Response<RecvStream>,
        request: SendStream<Bytes>,
    ) -> Result<Self, Fault> {
        let (head, body) = response.into_parts();
        if head.status != StatusCode::OK {
            return Err(Fault::failed(format!(
                "it answers {}, not gRPC",
                head.status
            )));
        }
        // A call that fails at once has its status in the head.
        if head.headers.contains_key("grpc-status") {
            check(&head.headers)?;
        }
        Ok(Self {
            body,
            unframer: Unframer::default(),
            _request: request,
        })
    }

    /// The next message; `None` at the end of a call that went well. Cancelled, it loses nothing.
    pub(super) async fn message<M: Message + Default>(&mut self) -> Result<Option<M>, Fault> {
        loop {
            let message = self.unframer.pop();
            if let Some(message) = message.map_err(Fault::failed)? {
                return Ok(Some(message));
            }
            match self.body.data().await {
                Some(Ok(data)) => {
                    self.unframer.push(&data);
                    let released = self.body.flow_control().release_capacity(data.len());
                    released.map_err(|error| lost(&error))?;
                }
                Some(Err(error)) => return Err(lost(&error)),
                None => break,
            }
        }
        let trailers = self.body.trailers().await.map_err(|error| lost(&error))?;
        check(&trailers.unwrap_or_default()).map(|()| None)
    }
}

/// The connection has broken.
pub(super) fn lost(error: &h2::Error) -> Fault {
    Fault::failed(format!("the connection was lost: {error}"))
}

/// A status other than 0 is an error (gRPC over HTTP/2, "Responses").
fn check(headers: &HeaderMap) -> Result<(), Fault> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text("grpc-status") {
        Some("0") => Ok(()),
        Some(status) => {
            let message = text("grpc-message").unwrap_or_default();
            Err(Fault::failed(format!(
                "it answers with the gRPC status {status}: {message}"
            )))
        }
        None => Err(Fault::failed("the answer broke off")),
    }
}

//! A whole message as it came over the wire.

use bytes::Bytes;
use http::StatusCode;

use super::RawHead;

/// A whole message as it came over the wire, its chunks joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMessage {
    /// The head.
    pub head: RawHead,
    /// The body.
    pub body: Bytes,
    /// The trailer fields after a chunked body, in order.
    pub trailers: Vec<(String, String)>,
}

impl RawMessage {
    /// The status of a response.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.status()
    }

    /// The body as text; a byte that is not UTF-8 shows as U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

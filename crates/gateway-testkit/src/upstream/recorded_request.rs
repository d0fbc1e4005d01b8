//! What an upstream saw of one request.

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, Version};

/// What an upstream saw of one request so far.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Which connection it came over: they are counted from 0 in the order in which they were accepted.
    pub connection: usize,
    /// The method.
    pub method: Method,
    /// The target as it was sent: without an authority over HTTP/1, with one over HTTP/2.
    pub uri: Uri,
    /// The protocol.
    pub version: Version,
    /// The header fields in the order in which their names first came; for the bytes themselves there is
    /// [`RawUpstream`](super::RawUpstream).
    pub headers: HeaderMap,
    /// The start of the body, the first MiB.
    pub body: Bytes,
    /// The length in bytes of what was read of the body.
    pub body_length: u64,
    /// The trailers, if any came.
    pub trailers: Option<HeaderMap>,
    /// How far the body was read.
    pub progress: BodyProgress,
}

/// How far the body of a request was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyProgress {
    /// It has not come to its end yet.
    Reading,
    /// To its end.
    Complete,
    /// It broke off: the sender went away or sent something malformed.
    Failed,
    /// The upstream lost interest before its end.
    Abandoned,
}

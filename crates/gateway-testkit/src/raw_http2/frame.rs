//! Frames (RFC 9113 §4 and §6), right or wrong.

use bytes::{BufMut, Bytes};

/// The length of the head of a frame.
pub(super) const HEAD: usize = 9;

/// Types of frames (RFC 9113 §6).
#[allow(missing_docs, reason = "the names are the RFC's")]
pub mod kind {
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const PRIORITY: u8 = 2;
    pub const RST_STREAM: u8 = 3;
    pub const SETTINGS: u8 = 4;
    pub const PUSH_PROMISE: u8 = 5;
    pub const PING: u8 = 6;
    pub const GOAWAY: u8 = 7;
    pub const WINDOW_UPDATE: u8 = 8;
    pub const CONTINUATION: u8 = 9;
}

/// Flags of frames (RFC 9113 §6).
#[allow(missing_docs, reason = "the names are the RFC's")]
pub mod flag {
    pub const ACK: u8 = 0x1;
    pub const END_STREAM: u8 = 0x1;
    pub const END_HEADERS: u8 = 0x4;
    pub const PADDED: u8 = 0x8;
    pub const PRIORITY: u8 = 0x20;
}

/// Settings (RFC 9113 §6.5.2).
#[allow(missing_docs, reason = "the names are the RFC's")]
pub mod setting {
    pub const HEADER_TABLE_SIZE: u16 = 1;
    pub const ENABLE_PUSH: u16 = 2;
    pub const MAX_CONCURRENT_STREAMS: u16 = 3;
    pub const INITIAL_WINDOW_SIZE: u16 = 4;
    pub const MAX_FRAME_SIZE: u16 = 5;
    pub const MAX_HEADER_LIST_SIZE: u16 = 6;
}

/// Error codes (RFC 9113 §7).
#[allow(missing_docs, reason = "the names are the RFC's")]
pub mod error_code {
    pub const NO_ERROR: u32 = 0;
    pub const PROTOCOL_ERROR: u32 = 1;
    pub const INTERNAL_ERROR: u32 = 2;
    pub const FLOW_CONTROL_ERROR: u32 = 3;
    pub const STREAM_CLOSED: u32 = 5;
    pub const FRAME_SIZE_ERROR: u32 = 6;
    pub const REFUSED_STREAM: u32 = 7;
    pub const CANCEL: u32 = 8;
    pub const COMPRESSION_ERROR: u32 = 9;
    pub const ENHANCE_YOUR_CALM: u32 = 11;
}

/// One frame, which nothing checks: the payload need not fit the type.
///
/// ```
/// use gateway_testkit::raw_http2::{Frame, hpack};
///
/// let head = Frame::headers(1, hpack::request("GET", "/")).ending();
/// assert_eq!(head.to_bytes()[3..9], [1, 5, 0, 0, 0, 1]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The type, of [`kind`] or unknown.
    pub kind: u8,
    /// The flags, of [`flag`] or unknown.
    pub flags: u8,
    /// The stream; 0 is the connection.
    pub stream: u32,
    /// What follows the head.
    pub payload: Bytes,
}

impl Frame {
    /// A frame of whatever type.
    pub fn new(kind: u8, flags: u8, stream: u32, payload: impl Into<Bytes>) -> Self {
        let payload = payload.into();
        Self {
            kind,
            flags,
            stream,
            payload,
        }
    }

    /// HEADERS with END_HEADERS; the stream stays open unless [`Self::ending`].
    pub fn headers(stream: u32, block: impl Into<Bytes>) -> Self {
        Self::new(kind::HEADERS, flag::END_HEADERS, stream, block)
    }

    /// DATA; the stream stays open unless [`Self::ending`].
    pub fn data(stream: u32, data: impl Into<Bytes>) -> Self {
        Self::new(kind::DATA, 0, stream, data)
    }

    /// RST_STREAM.
    pub fn reset(stream: u32, code: u32) -> Self {
        Self::new(kind::RST_STREAM, 0, stream, code.to_be_bytes().to_vec())
    }

    /// SETTINGS.
    pub fn settings(settings: &[(u16, u32)]) -> Self {
        let mut payload = Vec::new();
        for (name, value) in settings {
            payload.put_u16(*name);
            payload.put_u32(*value);
        }
        Self::new(kind::SETTINGS, 0, 0, payload)
    }

    /// The acknowledgement of SETTINGS.
    pub fn settings_ack() -> Self {
        Self::new(kind::SETTINGS, flag::ACK, 0, Bytes::new())
    }

    /// PING.
    pub fn ping(opaque: u64) -> Self {
        Self::new(kind::PING, 0, 0, opaque.to_be_bytes().to_vec())
    }

    /// WINDOW_UPDATE.
    pub fn window_update(stream: u32, increment: u32) -> Self {
        let increment = increment.to_be_bytes().to_vec();
        Self::new(kind::WINDOW_UPDATE, 0, stream, increment)
    }

    /// PRIORITY that makes `stream` depend on `parent`.
    pub fn priority(stream: u32, parent: u32) -> Self {
        let mut payload = parent.to_be_bytes().to_vec();
        payload.push(15);
        Self::new(kind::PRIORITY, 0, stream, payload)
    }

    /// The same with END_STREAM.
    #[must_use]
    pub fn ending(mut self) -> Self {
        self.flags |= flag::END_STREAM;
        self
    }

    /// The same without END_HEADERS.
    #[must_use]
    pub fn unfinished(mut self) -> Self {
        self.flags &= !flag::END_HEADERS;
        self
    }

    /// The frame as it goes over the wire; a payload past 2²⁴ − 1 bytes loses the top of its length.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.payload.len());
        bytes.put_uint(self.payload.len() as u64 & 0xff_ffff, 3);
        bytes.put_u8(self.kind);
        bytes.put_u8(self.flags);
        bytes.put_u32(self.stream);
        bytes.put_slice(&self.payload);
        bytes
    }

    /// The length of the whole frame whose head is at the start of `bytes`; `None` while that is not whole.
    pub(super) fn length(bytes: &[u8]) -> Option<usize> {
        let head = bytes.first_chunk::<HEAD>()?;
        let payload = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        Some(HEAD + payload as usize)
    }

    /// The frame that `bytes` hold, no more and no less.
    pub(super) fn parse(bytes: &Bytes) -> Option<Self> {
        let head = bytes.first_chunk::<HEAD>()?;
        let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
        Some(Self::new(head[3], head[4], stream, bytes.slice(HEAD..)))
    }

    /// Whether it ends its stream from the sender's side.
    pub fn ends_stream(&self) -> bool {
        let ends = matches!(self.kind, kind::DATA | kind::HEADERS);
        self.kind == kind::RST_STREAM || ends && self.flags & flag::END_STREAM != 0
    }

    /// The error code of RST_STREAM or GOAWAY.
    pub fn code(&self) -> Option<u32> {
        let at = match self.kind {
            kind::RST_STREAM => 0,
            kind::GOAWAY => 4,
            _ => return None,
        };
        let code = self.payload.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_be_bytes(*code))
    }

    /// The status, for the HEADERS of a response to a client with a header table of size 0.
    pub fn status(&self) -> Option<u16> {
        (self.kind == kind::HEADERS)
            .then(|| super::hpack::status(&self.payload))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_the_wire() {
        for frame in [
            Frame::headers(1, vec![0x82]).ending(),
            Frame::headers(1, vec![0x82]).unfinished(),
            Frame::reset(0x7fff_ffff, error_code::CANCEL),
            Frame::settings(&[(setting::INITIAL_WINDOW_SIZE, 0)]),
            Frame::new(0xfe, 0xff, 9, vec![1, 2, 3]),
        ] {
            let bytes = Bytes::from(frame.to_bytes());
            assert_eq!(Frame::length(&bytes), Some(bytes.len()));
            assert_eq!(Frame::parse(&bytes), Some(frame));
        }
        assert_eq!(Frame::length(&[0; 8]), None);
    }

    #[test]
    fn codes_and_ends_are_read() {
        assert_eq!(Frame::reset(1, 8).code(), Some(8));
        let goaway = Frame::new(kind::GOAWAY, 0, 0, vec![0, 0, 0, 3, 0, 0, 0, 11, b'x']);
        assert_eq!(goaway.code(), Some(error_code::ENHANCE_YOUR_CALM));
        assert_eq!(Frame::ping(1).code(), None);
        assert!(Frame::data(1, "x").ending().ends_stream());
        assert!(Frame::reset(1, 0).ends_stream());
        assert!(!Frame::data(1, "x").ends_stream());
        assert!(!Frame::settings_ack().ends_stream());
    }
}

//! Taking heads off the front of a buffer.

use bytes::{Buf, BytesMut};
use http::Method;

use super::section::{Section, SectionFault};
use super::{HeadBounds, RequestFault, RequestHead, ResponseFault, ResponseHead};
use crate::head::HeadError;

/// How many empty lines before a request are skipped: some old clients send one after a body that they do not
/// count (RFC 9112, section 2.2).
const MOST_BLANK_LINES: u8 = 4;

/// Takes the heads of a connection off the front of its read buffer, one after the other. Between two calls
/// that found no whole head the buffer may only grow, and each byte is looked at once however few come at a
/// time.
///
/// The values of a head are slices of the buffer, which is not copied: `BytesMut::reserve` takes its room
/// back once the head is gone.
///
/// ```
/// use bytes::BytesMut;
/// use gateway_core::http1::{HeadBounds, HeadReader};
///
/// let mut reader = HeadReader::new(HeadBounds::default());
/// let mut buffer = BytesMut::from("GET /a HTTP/1.1\r\nhos");
/// assert!(reader.read_request(&mut buffer)?.is_none());
/// buffer.extend_from_slice(b"t: example\r\n\r\nwhat follows");
/// let head = reader.read_request(&mut buffer)?.ok_or("incomplete")?;
/// assert_eq!((head.uri.path(), &head.headers["host"]), ("/a", &"example".parse()?));
/// assert_eq!(buffer, "what follows");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct HeadReader {
    bounds: HeadBounds,
    section: Section,
    blank_lines: u8,
}

impl HeadReader {
    /// Reads no more than `bounds` allow.
    pub fn new(bounds: HeadBounds) -> Self {
        Self {
            bounds,
            section: Section::default(),
            blank_lines: 0,
        }
    }

    /// The next request; `None` when more bytes are needed. What follows the head stays in the buffer.
    ///
    /// # Errors
    /// What is wrong with it, as soon as its lines show it.
    pub fn read_request(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<RequestHead>, RequestFault> {
        if self.skip_blank_lines(buffer)? {
            return Ok(None);
        }
        let taken = self.section.take(buffer, self.bounds, 1);
        let taken = taken.map_err(|fault| match fault {
            SectionFault::TooLarge if self.is_in_target(buffer) => HeadError::TargetTooLong.into(),
            fault => RequestFault::from(fault),
        })?;
        let Some(taken) = taken else {
            return Ok(None);
        };
        self.blank_lines = 0;
        RequestHead::parse(&taken).map(Some)
    }

    /// The next response to a request of `method`; `None` when more bytes are needed. Interim responses (1xx)
    /// are responses of their own here, the next call reads what follows them.
    ///
    /// # Errors
    /// What is wrong with it, as soon as its lines show it.
    pub fn read_response(
        &mut self,
        buffer: &mut BytesMut,
        method: &Method,
    ) -> Result<Option<ResponseHead>, ResponseFault> {
        match self.section.take(buffer, self.bounds, 1)? {
            Some(taken) => ResponseHead::parse(&taken, method).map(Some),
            None => Ok(None),
        }
    }

    /// Whether nothing of a request is there yet.
    fn skip_blank_lines(&mut self, buffer: &mut BytesMut) -> Result<bool, RequestFault> {
        while buffer.starts_with(b"\r\n") {
            if self.blank_lines == MOST_BLANK_LINES {
                return Err(RequestFault::Malformed);
            }
            self.blank_lines += 1;
            buffer.advance(2);
        }
        match buffer.first() {
            None => Ok(true),
            Some(b'\r') if buffer.len() == 1 => Ok(true),
            // What speaks another protocol, TLS above all, need not wait for the end of a line.
            Some(first) if !first.is_ascii_graphic() => Err(RequestFault::Malformed),
            Some(_) => Ok(false),
        }
    }

    /// Whether a head that is too large is so because of its target.
    fn is_in_target(&self, buffer: &BytesMut) -> bool {
        let visible = &buffer[..buffer.len().min(self.bounds.size)];
        visible.contains(&b' ') && !visible.contains(&b'\n')
    }
}

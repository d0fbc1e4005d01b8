//! Taking heads off the front of a buffer.

use bytes::{Buf, BytesMut};
use http::{HeaderMap, Method};

use super::section::{Section, SectionFault};
use super::{HeadBounds, RequestFault, RequestHead, ResponseFault, ResponseHead};
use crate::head::HeadError;

/// How many empty lines before a request are skipped: some old clients send one after a body that they do not
/// count (RFC 9112, section 2.2).
const MOST_BLANK_LINES: u8 = 4;

/// For how many fields space is kept while no head is there; about 100 bytes each.
const MOST_SPARE: usize = 48;

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
    /// Empty: for the fields of the next head.
    spare: HeaderMap,
}

impl HeadReader {
    /// Reads no more than `bounds` allow.
    pub fn new(bounds: HeadBounds) -> Self {
        Self {
            bounds,
            section: Section::default(),
            blank_lines: 0,
            spare: HeaderMap::new(),
        }
    }

    /// Takes back the fields of a head of which nobody needs anything any more: the next head has the space.
    pub fn reuse(&mut self, mut fields: HeaderMap) {
        if fields.capacity() <= MOST_SPARE {
            fields.clear();
            self.spare = fields;
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
        let taken = match self.section.take(buffer, self.bounds, 1) {
            Ok(Some(taken)) => taken,
            Ok(None) => return Ok(None),
            Err(SectionFault::TooLarge) if is_in_target(buffer, self.bounds.size) => {
                return Err(HeadError::TargetTooLong.into());
            }
            Err(fault) => return Err(fault.into()),
        };
        self.blank_lines = 0;
        RequestHead::parse(&taken, std::mem::take(&mut self.spare)).map(Some)
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
        // Whoever speaks another protocol may wait for us to go on. That is seen first, so that what is wrong
        // does not depend on how much of it has come.
        if !begins_response(buffer) {
            return Err(ResponseFault::Malformed);
        }
        match self.section.take(buffer, self.bounds, 1)? {
            Some(taken) => {
                ResponseHead::parse(&taken, method, std::mem::take(&mut self.spare)).map(Some)
            }
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
}

/// Whether a head of more than `size` is too large because of its target.
fn is_in_target(buffer: &[u8], size: usize) -> bool {
    let visible = &buffer[..buffer.len().min(size)];
    visible.contains(&b' ') && !visible.contains(&b'\n')
}

/// Whether `bytes` may be the beginning of a response. Unlike a request it follows no empty lines, which the
/// parser would skip.
fn begins_response(bytes: &[u8]) -> bool {
    let begin = b"HTTP/";
    let length = bytes.len().min(begin.len());
    bytes[..length] == begin[..length]
}

#[cfg(test)]
mod tests {
    use http::Version;

    use super::*;
    use crate::http1::BodyLength;

    const REQUEST: &str = "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-Empty:\r\n\r\n";

    fn read(text: &str) -> Result<Option<RequestHead>, RequestFault> {
        HeadReader::default().read_request(&mut text.into())
    }

    fn read_byte_by_byte(text: &str) -> Result<Option<RequestHead>, RequestFault> {
        let mut reader = HeadReader::default();
        let mut buffer = BytesMut::new();
        for byte in text.bytes() {
            buffer.extend_from_slice(&[byte]);
            if let Some(head) = reader.read_request(&mut buffer)? {
                return Ok(Some(head));
            }
        }
        Ok(None)
    }

    #[test]
    fn nothing_of_a_head_is_in_the_next_but_its_space() {
        let mut reader = HeadReader::default();
        let mut buffer =
            BytesMut::from("GET / HTTP/1.1\r\na: 1\r\nb: 2\r\n\r\nGET / HTTP/1.1\r\nc: 3\r\n\r\n");
        let first = reader.read_request(&mut buffer).unwrap().unwrap();
        let room = first.headers.capacity();
        reader.reuse(first.headers);
        let second = reader.read_request(&mut buffer).unwrap().unwrap();
        assert_eq!((second.headers.len(), second.headers.capacity()), (1, room));
        assert_eq!(second.headers["c"], "3");
        reader.reuse(HeaderMap::with_capacity(1000));
        assert_eq!(reader.spare.capacity(), 0);
    }

    #[test]
    fn a_head_in_two_pieces_is_the_head_in_one() {
        let text = format!("\r\n{REQUEST}abc");
        let end = text.len() - 3;
        for split in 0..text.len() {
            let mut reader = HeadReader::default();
            let mut buffer = BytesMut::from(&text[..split]);
            let early = reader.read_request(&mut buffer).unwrap();
            assert_eq!(early.is_some(), split >= end, "{split}");
            buffer.extend_from_slice(&text.as_bytes()[split..]);
            let head = match early {
                Some(head) => head,
                None => reader.read_request(&mut buffer).unwrap().unwrap(),
            };
            assert_eq!((head.uri, head.headers.len()), ("/a?b".parse().unwrap(), 3));
            assert_eq!(head.body, BodyLength::Length(3));
            assert_eq!(buffer, "abc");
        }
    }

    #[test]
    fn the_next_head_is_read_from_where_the_last_ended() {
        let mut reader = HeadReader::default();
        let mut buffer = BytesMut::from("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGE");
        let mut next = || reader.read_request(&mut buffer).unwrap();
        let (first, second) = (next().unwrap(), next().unwrap());
        assert_eq!((first.uri.path(), second.uri.path()), ("/1", "/2"));
        assert_eq!(second.version, Version::HTTP_10);
        assert!(next().is_none());
        assert_eq!(buffer, "GE");
    }

    #[test]
    fn a_few_empty_lines_are_skipped() {
        for (lines, result) in [(4, Ok(true)), (5, Err(RequestFault::Malformed))] {
            let text = format!("{}{REQUEST}", "\r\n".repeat(lines));
            assert_eq!(read(&text).map(|head| head.is_some()), result);
            assert_eq!(read_byte_by_byte(&text).map(|head| head.is_some()), result);
        }
        let response = HeadReader::default()
            .read_response(&mut "\r\nHTTP/1.1 200 OK\r\n\r\n".into(), &Method::GET);
        assert_eq!(response.unwrap_err(), ResponseFault::Malformed);
    }

    #[test]
    fn what_is_no_http_is_seen_at_once() {
        for text in ["\x16\x03\x01", "\0", " GET", "\n", "\rG"] {
            assert_eq!(read(text).unwrap_err(), RequestFault::Malformed, "{text:?}");
            assert_eq!(
                read_byte_by_byte(text).unwrap_err(),
                RequestFault::Malformed
            );
        }
    }

    #[test]
    fn a_head_has_a_size() {
        let head = |target: usize, value: usize| {
            let (target, value) = ("x".repeat(target), "x".repeat(value));
            format!("GET /{target} HTTP/1.1\r\na: {value}\r\n\r\n")
        };
        let overhead = head(0, 0).len();
        let bounds = HeadBounds::default();
        let room = bounds.size - overhead;
        assert!(read(&head(0, room)).unwrap().is_some());
        let too_large = read(&head(0, room + 1)).unwrap_err();
        assert_eq!(too_large, RequestFault::HeadTooLarge);
        let too_long = read(&head(bounds.size, 0)).unwrap_err();
        assert_eq!(too_long, HeadError::TargetTooLong.into());
        let no_target = read(&"x".repeat(bounds.size)).unwrap_err();
        assert_eq!(no_target, RequestFault::HeadTooLarge);
        assert!(read(&"x".repeat(bounds.size - 1)).unwrap().is_none());
        // More than a `Uri` can hold, under a larger bound.
        let mut reader = HeadReader::new(HeadBounds {
            size: 1 << 20,
            ..bounds
        });
        let result = reader.read_request(&mut BytesMut::from(&*head(65_534, 0)));
        assert_eq!(result.unwrap_err(), HeadError::TargetTooLong.into());
    }

    #[test]
    fn a_head_has_only_so_many_fields() {
        for (fields, most, result) in [
            (0, 0, Ok(())),
            (1, 0, Err(())),
            (100, 100, Ok(())),
            (101, 100, Err(())),
            (1000, 1000, Ok(())),
        ] {
            let mut reader = HeadReader::new(HeadBounds {
                fields: most,
                ..HeadBounds::default()
            });
            let lines = "a: b\r\n".repeat(fields);
            let mut buffer = BytesMut::from(&*format!("GET / HTTP/1.1\r\n{lines}\r\n"));
            let read = reader.read_request(&mut buffer);
            match result {
                Ok(()) => assert_eq!(read.unwrap().unwrap().headers.len(), fields),
                Err(()) => assert_eq!(read.unwrap_err(), HeadError::TooManyFields.into()),
            }
        }
    }

    #[test]
    fn the_buffer_gets_its_room_back() {
        let mut reader = HeadReader::default();
        let mut buffer = BytesMut::with_capacity(1024);
        let room = buffer.capacity();
        let start = buffer.as_ptr();
        for _ in 0..100 {
            buffer.extend_from_slice(REQUEST.as_bytes());
            drop(reader.read_request(&mut buffer).unwrap().unwrap());
            buffer.reserve(room);
            assert_eq!((buffer.as_ptr(), buffer.capacity()), (start, room));
        }
    }

    #[test]
    fn what_is_no_response_is_known_by_its_first_bytes() {
        for (bytes, is_wrong) in [
            ("", false),
            ("HTT", false),
            ("HTTP/1.1 200 OK\r\n", false),
            ("S", true),
            ("SSH-2.0-OpenSSH_9.2\r\n", true),
            ("\r\nHTTP/1.1 200 OK\r\n", true),
        ] {
            let mut reader = HeadReader::new(HeadBounds::default());
            let mut buffer = BytesMut::from(bytes);
            let read = reader.read_response(&mut buffer, &Method::GET);
            assert_eq!(read.is_err(), is_wrong, "{bytes}");
        }
    }
}

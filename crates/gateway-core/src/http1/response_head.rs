//! The head of a response.

use http::{HeaderMap, Method, StatusCode, Version};

use super::fields::Fields;
use super::section::Taken;
use super::{BodyLength, ResponseFault, body_length, version};
use crate::head::framing;

/// The head of a response, with its framing fields checked.
///
/// ```
/// use gateway_core::http1::{BodyLength, HeadReader};
/// use http::Method;
///
/// let mut bytes = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n".into();
/// let head = HeadReader::default().read_response(&mut bytes, &Method::HEAD)?.ok_or("incomplete")?;
/// assert_eq!(head.status, 200);
/// // The answer to HEAD tells a length that it does not have.
/// assert_eq!(head.body, BodyLength::Empty);
/// assert!(head.keeps_alive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// 100 to 999. After an interim one (1xx other than 101) another head follows.
    pub status: StatusCode,
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// All fields, hop-by-hop ones too; but no `Connection` that only says what `keeps_alive` does.
    pub headers: HeaderMap,
    /// What follows the head. After a `101` it is empty; the bytes behind it belong to the new protocol.
    pub body: BodyLength,
    /// Whether the connection can carry another request once the body has ended. Never where the end of the
    /// connection is the end of the body.
    pub keeps_alive: bool,
}

impl ResponseHead {
    /// The head in `taken`, of the response to a `method`; its fields go into `map`, which is empty.
    pub(super) fn parse(
        taken: &Taken<'_>,
        method: &Method,
        map: HeaderMap,
    ) -> Result<Self, ResponseFault> {
        let mut lines = taken.lines();
        let line = lines.next().ok_or(ResponseFault::Malformed)?;
        let (version, status) = parse_line(line)?;
        let fields = Fields::collect(&taken.bytes, lines, map)?;
        let declared = body_length::declared(version, fields.framing)?;
        let body = if is_bodiless(status, method) {
            BodyLength::Empty
        } else {
            declared.unwrap_or(BodyLength::UntilClose)
        };
        let wants_more = fields.persistence.keeps_alive(version);
        Ok(Self {
            status,
            version,
            headers: fields.map,
            body,
            keeps_alive: wants_more && body != BodyLength::UntilClose && is_over(status, declared),
        })
    }
}

/// Version, status and a reason that nobody reads (RFC 9112, section 4). The space before the reason is lacking
/// where some servers have none to give.
fn parse_line(line: &[u8]) -> Result<(Version, StatusCode), ResponseFault> {
    let (word, rest) = line.split_at_checked(8).ok_or(ResponseFault::Malformed)?;
    let version = match version::of(word) {
        Some(version) => version,
        None if version::is_other(word) => return Err(ResponseFault::Version),
        None => return Err(ResponseFault::Malformed),
    };
    let (status, reason) = match rest {
        [b' ', a, b, c] => ([*a, *b, *c], &[][..]),
        [b' ', a, b, c, b' ', reason @ ..] => ([*a, *b, *c], reason),
        _ => return Err(ResponseFault::Malformed),
    };
    if !reason
        .iter()
        .all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..))
    {
        return Err(ResponseFault::Malformed);
    }
    let status = StatusCode::from_bytes(&status).map_err(|_| ResponseFault::Malformed)?;
    Ok((version, status))
}

/// Whether a response has no body whatever its fields say (RFC 9112, section 6.3).
fn is_bodiless(status: StatusCode, method: &Method) -> bool {
    framing::is_bodiless(status)
        || *method == Method::HEAD
        || (*method == Method::CONNECT && status.is_success())
}

/// Whether HTTP goes on after the response, and where it says. A `204` that declares content may send it too,
/// and the next response would begin with it.
fn is_over(status: StatusCode, declared: Option<BodyLength>) -> bool {
    match status {
        StatusCode::SWITCHING_PROTOCOLS => false,
        StatusCode::NO_CONTENT => matches!(declared, None | Some(BodyLength::Length(0))),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::HeadError;
    use crate::http1::HeadReader;

    fn read(text: &str, method: &Method) -> Result<ResponseHead, ResponseFault> {
        let mut reader = HeadReader::default();
        let read = reader.read_response(&mut text.into(), method)?;
        // What makes no whole head is none of these tests.
        read.ok_or_else(|| unreachable!("{text:?}"))
    }

    #[test]
    fn a_malformed_head_is_refused() {
        use ResponseFault::{Malformed, Version};
        for (head, fault) in [
            ("HTTP/1.1 200 OK\n", Malformed),
            ("HTTP/1.1  200 OK\r\n", Malformed),
            ("HTTP/1.1 20 OK\r\n", Malformed),
            ("HTTP/1.1 2000 OK\r\n", Malformed),
            ("HTTP/1.1 099 Low\r\n", Malformed),
            ("HTTP/1.1 +20 OK\r\n", Malformed),
            ("HTTP/1.1 200 O\0K\r\n", Malformed),
            ("HTTP/1.1 200 O\rK\r\n", Malformed),
            ("HTTP/1.1\r\n", Malformed),
            ("ICY 200 OK\r\n", Malformed),
            ("HTTP/1.2 200 OK\r\n", Version),
            ("HTTP/2.0 200 OK\r\n", Version),
            ("HTTP/1.1 200 OK\r\na : b\r\n", Malformed),
            ("HTTP/1.1 200 OK\r\na: b\r\n c\r\n", Malformed),
            ("HTTP/1.1 200 OK\r\na: b\nc: d\r\n", Malformed),
            ("HTTP/1.1 200 OK\r\n: b\r\n", Malformed),
        ] {
            let result = read(&format!("{head}\r\n"), &Method::GET);
            assert_eq!(result.unwrap_err(), fault, "{head:?}");
        }
    }

    #[test]
    fn a_reason_is_not_needed() {
        for line in ["200", "200 ", "200 No Problem At All", "200 \u{e9}"] {
            let head = read(&format!("HTTP/1.1 {line}\r\n\r\n"), &Method::GET);
            assert_eq!(head.unwrap().status, StatusCode::OK);
        }
        let odd = read("HTTP/1.0 999 x\r\n\r\n", &Method::GET).unwrap();
        assert_eq!((odd.status.as_u16(), odd.version), (999, Version::HTTP_10));
    }

    #[test]
    fn the_length_of_the_body_is_beyond_doubt() {
        let chunked = "transfer-encoding: chunked\r\n";
        let length = "content-length: 5\r\n";
        for (version, lines, error) in [
            (
                "1.1",
                format!("{length}{chunked}"),
                HeadError::FramingConflict,
            ),
            (
                "1.1",
                format!("{chunked}{length}"),
                HeadError::FramingConflict,
            ),
            (
                "1.1",
                format!("{length}{length}"),
                HeadError::ContentLengthRepeated,
            ),
            (
                "1.1",
                "content-length: 5, 5\r\n".into(),
                HeadError::ContentLengthInvalid,
            ),
            (
                "1.1",
                format!("{chunked}{chunked}"),
                HeadError::TransferEncoding,
            ),
            (
                "1.1",
                "transfer-encoding: gzip, chunked\r\n".into(),
                HeadError::TransferEncoding,
            ),
            (
                "1.1",
                "transfer-encoding: gzip\r\n".into(),
                HeadError::TransferEncoding,
            ),
            ("1.0", chunked.into(), HeadError::TransferEncoding),
        ] {
            // Whether or not there would be a body.
            for status in [200, 204, 304] {
                let text = format!("HTTP/{version} {status} X\r\n{lines}\r\n");
                let result = read(&text, &Method::GET);
                assert_eq!(result.unwrap_err(), error.into(), "{text}");
            }
        }
    }

    #[test]
    fn status_and_method_say_whether_there_is_a_body() {
        use BodyLength::{Chunked, Empty, Length, UntilClose};
        let (length, zero) = ("content-length: 5\r\n", "content-length: 0\r\n");
        let (chunked, close) = ("transfer-encoding: chunked\r\n", "connection: close\r\n");
        let (get, head) = (Method::GET, Method::HEAD);
        for (method, version, status, lines, body, stays) in [
            (&get, "1.1", 200, length, Length(5), true),
            (&get, "1.1", 200, chunked, Chunked, true),
            (&get, "1.1", 200, "", UntilClose, false),
            (&get, "1.0", 200, length, Length(5), false),
            (
                &get,
                "1.0",
                200,
                "content-length: 5\r\nConnection: Keep-Alive\r\n",
                Length(5),
                true,
            ),
            (
                &get,
                "1.0",
                200,
                "Connection: Keep-Alive\r\n",
                UntilClose,
                false,
            ),
            (
                &get,
                "1.1",
                200,
                "content-length: 5\r\nconnection: a\r\nconnection: b, Close\r\n",
                Length(5),
                false,
            ),
            (&head, "1.1", 200, length, Empty, true),
            (&head, "1.1", 200, chunked, Empty, true),
            (&head, "1.1", 200, "", Empty, true),
            (&get, "1.1", 304, length, Empty, true),
            (&get, "1.1", 204, "", Empty, true),
            (&get, "1.1", 204, zero, Empty, true),
            (&get, "1.1", 204, length, Empty, false),
            (&get, "1.1", 204, chunked, Empty, false),
            (&get, "1.1", 204, close, Empty, false),
            (&get, "1.1", 100, "", Empty, true),
            (&get, "1.1", 103, "link: </a>\r\n", Empty, true),
            (&get, "1.1", 101, "connection: upgrade\r\n", Empty, false),
            (&Method::CONNECT, "1.1", 200, length, Empty, true),
        ] {
            let text = format!("HTTP/{version} {status} X\r\n{lines}\r\n");
            let head = read(&text, method).unwrap();
            assert_eq!(
                (head.body, head.keeps_alive),
                (body, stays),
                "{method} {text}"
            );
        }
    }

    #[test]
    fn an_interim_response_is_one_of_its_own() {
        let mut reader = HeadReader::default();
        let mut bytes = "HTTP/1.1 103 Early Hints\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx".into();
        for status in [103, 200] {
            let head = reader.read_response(&mut bytes, &Method::GET).unwrap();
            assert_eq!(head.unwrap().status, status);
        }
        assert_eq!(bytes, "x");
    }
}

//! The head of a request.

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, Version};

use super::fields::Fields;
use super::section::Taken;
use super::{BodyLength, RequestFault, body_length, version};
use crate::head::HeadError;

/// What [`Uri`] can hold.
const LONGEST_TARGET: usize = u16::MAX as usize - 1;

/// The head of a request, with its framing fields checked. Everything else about it is for
/// [`check_request`](crate::head::check_request) to say.
///
/// ```
/// use gateway_core::http1::{BodyLength, HeadReader};
/// use http::{Method, Version};
///
/// let mut bytes = "GET /a?b HTTP/1.1\r\nhost: example\r\nconnection: close\r\n\r\n".into();
/// let head = HeadReader::default().read_request(&mut bytes)?.ok_or("incomplete")?;
/// assert_eq!((head.method, head.version), (Method::GET, Version::HTTP_11));
/// assert_eq!(head.uri, "/a?b");
/// assert_eq!(head.body, BodyLength::Empty);
/// assert!(!head.keeps_alive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// Any token; which of them are served is decided by [`Methods`](crate::head::Methods).
    pub method: Method,
    /// The target in the form that it came in.
    pub uri: Uri,
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// All fields, hop-by-hop ones too; but no `Connection` that only says what `keeps_alive` does.
    pub headers: HeaderMap,
    /// What follows the head.
    pub body: BodyLength,
    /// Whether the client wants the connection to stay open.
    pub keeps_alive: bool,
}

impl RequestHead {
    /// The head in `taken`; its fields go into `map`, which is empty.
    pub(super) fn parse(taken: &Taken<'_>, map: HeaderMap) -> Result<Self, RequestFault> {
        let mut lines = taken.lines();
        let line = lines.next().ok_or(RequestFault::Malformed)?;
        let (method, target, version) = parse_line(line)?;
        let uri = parse_target(&taken.bytes, target)?;
        let fields = Fields::collect(&taken.bytes, lines, map)?;
        let body = body_length::declared(version, fields.framing)?;
        let keeps_alive = fields.persistence.keeps_alive(version);
        Ok(Self {
            method,
            uri,
            version,
            headers: fields.map,
            body: body.unwrap_or(BodyLength::Empty),
            keeps_alive,
        })
    }
}

/// Three words with one space between them (RFC 9112, section 3).
fn parse_line(line: &[u8]) -> Result<(Method, &[u8], Version), RequestFault> {
    let mut words = line.splitn(3, |&byte| byte == b' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next())
    else {
        return Err(RequestFault::Malformed);
    };
    let method = Method::from_bytes(method).map_err(|_| RequestFault::Malformed)?;
    match version::of(version) {
        Some(version) => Ok((method, target, version)),
        None if version::is_other(version) => Err(RequestFault::Version),
        None => Err(RequestFault::Malformed),
    }
}

fn parse_target(head: &Bytes, target: &[u8]) -> Result<Uri, RequestFault> {
    if target.iter().any(|&byte| byte <= b' ' || byte == 0x7f) {
        return Err(RequestFault::Malformed);
    }
    // `Uri` would drop the fragment in silence; a cache or a log before us may have kept it.
    if target.contains(&b'#') {
        return Err(HeadError::TargetForm.into());
    }
    if target.len() > LONGEST_TARGET {
        return Err(HeadError::TargetTooLong.into());
    }
    Uri::from_maybe_shared(head.slice_ref(target)).map_err(|_| RequestFault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::HeadReader;

    fn read(text: &[u8]) -> Result<RequestHead, RequestFault> {
        let mut reader = HeadReader::default();
        let read = reader.read_request(&mut text.into())?;
        // What makes no whole head is none of these tests.
        read.ok_or_else(|| unreachable!("{:?}", String::from_utf8_lossy(text)))
    }

    #[test]
    fn a_first_line_has_one_form() {
        use RequestFault::{Malformed, Version};
        for (line, fault) in [
            ("GET / HTTP/1.1 ", Malformed),
            ("GET  / HTTP/1.1", Malformed),
            ("GET /  HTTP/1.1", Malformed),
            ("GET\t/ HTTP/1.1", Malformed),
            ("GET / a HTTP/1.1", Malformed),
            ("GET / HTTP/1.1\rX", Malformed),
            ("GET /", Malformed),
            ("GET", Malformed),
            ("GET / http/1.1", Malformed),
            ("GET / HTTP/1", Malformed),
            ("GET / HTTP/1.10", Malformed),
            ("GET / HTTPS/1.1", Malformed),
            ("GET / HTTP/1.2", Version),
            ("GET / HTTP/0.9", Version),
            ("GET / HTTP/3.0", Version),
            ("PRI * HTTP/2.0", Version),
            ("G@T / HTTP/1.1", Malformed),
            ("GET /\0 HTTP/1.1", Malformed),
            ("GET /\x7f HTTP/1.1", Malformed),
            ("GET <> HTTP/1.1", Malformed),
            ("GET http:// HTTP/1.1", Malformed),
            ("GET /#a HTTP/1.1", HeadError::TargetForm.into()),
            ("GET http://a/b?c#d HTTP/1.1", HeadError::TargetForm.into()),
        ] {
            let text = format!("{line}\r\nhost: a\r\n\r\n");
            assert_eq!(read(text.as_bytes()).unwrap_err(), fault, "{line:?}");
        }
        assert_eq!(read(b"GET /\xff HTTP/1.1\r\n\r\n").unwrap_err(), Malformed);
    }

    #[test]
    fn unknown_methods_and_all_forms_of_targets_are_left_to_the_checks() {
        for (method, target) in [
            ("get", "/"),
            ("PURGE-THEM.ALL!", "/a?b"),
            ("OPTIONS", "*"),
            ("CONNECT", "a:443"),
            ("GET", "http://a/b?c"),
            ("GET", "//a//b"),
            ("GET", "/%2e%2E/;\\"),
        ] {
            let head = read(format!("{method} {target} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
            assert_eq!(
                (head.method.as_str(), head.uri),
                (method, target.parse().unwrap())
            );
        }
    }

    #[test]
    fn a_field_has_one_form() {
        for lines in [
            "a : b\r\n",
            " a: b\r\n",
            "a: b\r\n c\r\n",
            "a: b\r\n\tc\r\n",
            ": b\r\n",
            "a\r\n",
            "a b: c\r\n",
            "a: b\0c\r\n",
            "a: b\x7f\r\n",
            "a: b\rc: d\r\n",
            "a: b\nc: d\r\n",
            "a: b\n",
            "a\0: b\r\n",
            "\"a\": b\r\n",
            "a: \r\r\n",
        ] {
            let text = format!("GET / HTTP/1.1\r\nhost: a\r\n{lines}\r\n");
            let fault = read(text.as_bytes()).unwrap_err();
            assert_eq!(fault, RequestFault::Malformed, "{lines:?}");
        }
        let head =
            read(b"GET / HTTP/1.1\r\nX-A: \t b \t\r\nx-b:\r\nx-c:\xe9\r\nX-A:c\r\n\r\n").unwrap();
        assert_eq!(
            head.headers.get_all("x-a").iter().collect::<Vec<_>>(),
            ["b", "c"]
        );
        assert_eq!(head.headers["x-b"], "");
        assert_eq!(head.headers["x-c"].as_bytes(), b"\xe9");
    }

    #[test]
    fn the_length_of_the_body_is_beyond_doubt() {
        use HeadError as E;
        for (version, lines, expected) in [
            ("1.1", "", Ok(BodyLength::Empty)),
            ("1.0", "", Ok(BodyLength::Empty)),
            ("1.1", "content-length: 0\r\n", Ok(BodyLength::Length(0))),
            (
                "1.1",
                "Transfer-Encoding: Chunked\r\n",
                Ok(BodyLength::Chunked),
            ),
            (
                "1.1",
                "content-length: 1\r\ncontent-length: 1\r\n",
                Err(E::ContentLengthRepeated),
            ),
            (
                "1.1",
                "content-length: 1\r\nContent-Length: 2\r\n",
                Err(E::ContentLengthRepeated),
            ),
            (
                "1.1",
                "content-length: 1\r\ntransfer-encoding: chunked\r\n",
                Err(E::FramingConflict),
            ),
            (
                "1.1",
                "transfer-encoding: chunked\r\ncontent-length: 1\r\n",
                Err(E::FramingConflict),
            ),
            ("1.1", "content-length:\r\n", Err(E::ContentLengthInvalid)),
            (
                "1.1",
                "content-length: +1\r\n",
                Err(E::ContentLengthInvalid),
            ),
            (
                "1.1",
                "content-length: 1,1\r\n",
                Err(E::ContentLengthInvalid),
            ),
            (
                "1.1",
                "content-length: 18446744073709551616\r\n",
                Err(E::ContentLengthInvalid),
            ),
            (
                "1.1",
                "transfer-encoding: gzip, chunked\r\n",
                Err(E::TransferEncoding),
            ),
            (
                "1.1",
                "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
                Err(E::TransferEncoding),
            ),
            ("1.1", "transfer-encoding: \x0bchunked\r\n", Err(E::Method)),
            (
                "1.0",
                "transfer-encoding: chunked\r\n",
                Err(E::TransferEncoding),
            ),
        ] {
            let read = read(format!("POST / HTTP/{version}\r\n{lines}\r\n").as_bytes());
            match expected {
                Ok(body) => assert_eq!(read.unwrap().body, body, "{lines}"),
                // A control character is refused before anybody asks what the field means.
                Err(E::Method) => assert_eq!(read.unwrap_err(), RequestFault::Malformed),
                Err(error) => assert_eq!(read.unwrap_err(), error.into(), "{lines}"),
            }
        }
    }

    #[test]
    fn the_connection_stays_open_where_the_client_wants_it() {
        for (version, lines, stays) in [
            ("1.1", "", true),
            ("1.0", "", false),
            ("1.0", "Connection: keep-alive\r\n", true),
            (
                "1.1",
                "connection: upgrade\r\nConnection: x,close\r\n",
                false,
            ),
        ] {
            let head = read(format!("GET / HTTP/{version}\r\n{lines}\r\n").as_bytes());
            assert_eq!(head.unwrap().keeps_alive, stays, "{version} {lines}");
        }
    }
}

//! How far a body reaches (RFC 9112 §6.3).

use std::io;

use http::{Method, StatusCode};

use super::RawHead;

/// How far a body reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    Empty,
    /// So many bytes.
    Length(usize),
    /// As its chunks say.
    Chunked,
    /// Until the connection closes.
    UntilClose,
}

impl Framing {
    /// The framing of the body after a request's head.
    pub(super) fn of_request(head: &RawHead) -> io::Result<Self> {
        Ok(declared(head)?.unwrap_or(Self::Empty))
    }

    /// The framing of the body after the head of a response to `method`.
    pub(super) fn of_response(head: &RawHead, method: &Method) -> io::Result<Self> {
        let status = head
            .status()
            .ok_or_else(|| malformed("status line", &head.start_line))?;
        let is_bodiless = status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || method == Method::HEAD;
        if is_bodiless {
            return Ok(Self::Empty);
        }
        Ok(declared(head)?.unwrap_or(Self::UntilClose))
    }
}

/// What `Transfer-Encoding` and `Content-Length` say; the kit does not guess where they disagree.
fn declared(head: &RawHead) -> io::Result<Option<Framing>> {
    let codings: Vec<_> = head.values("transfer-encoding").collect();
    let lengths: Vec<_> = head.values("content-length").collect();
    match (codings.as_slice(), lengths.as_slice()) {
        ([], []) => Ok(None),
        ([coding], []) if coding.eq_ignore_ascii_case("chunked") => Ok(Some(Framing::Chunked)),
        ([], [length]) => match length.parse() {
            Ok(length) => Ok(Some(Framing::Length(length))),
            Err(_) => Err(malformed("Content-Length", length)),
        },
        _ => Err(malformed("framing", &format!("{codings:?} {lengths:?}"))),
    }
}

/// The error for something malformed on the wire.
pub(super) fn malformed(what: &str, found: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("malformed {what}: {found}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> RawHead {
        RawHead::parse(format!("{text}\r\n\r\n").as_bytes())
            .unwrap()
            .0
    }

    #[test]
    fn requests_end_where_they_say() {
        for (text, framing) in [
            ("GET / HTTP/1.1", Framing::Empty),
            ("POST / HTTP/1.1\r\ncontent-length: 3", Framing::Length(3)),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked",
                Framing::Chunked,
            ),
        ] {
            assert_eq!(Framing::of_request(&head(text)).unwrap(), framing, "{text}");
        }
    }

    #[test]
    fn responses_end_as_their_request_and_status_say() {
        let with_length = "\r\ncontent-length: 3";
        for (line, method, framing) in [
            ("HTTP/1.1 200 OK", Method::GET, Framing::Length(3)),
            ("HTTP/1.1 200 OK", Method::HEAD, Framing::Empty),
            ("HTTP/1.1 304 Not Modified", Method::GET, Framing::Empty),
            ("HTTP/1.1 103 Early Hints", Method::GET, Framing::Empty),
        ] {
            let head = head(&format!("{line}{with_length}"));
            assert_eq!(
                Framing::of_response(&head, &method).unwrap(),
                framing,
                "{line}"
            );
        }
        let bare = head("HTTP/1.1 200 OK");
        assert_eq!(
            Framing::of_response(&bare, &Method::GET).unwrap(),
            Framing::UntilClose
        );
    }

    #[test]
    fn contradictions_are_errors() {
        for fields in [
            "content-length: 1\r\ncontent-length: 1",
            "content-length: 1\r\ntransfer-encoding: chunked",
            "transfer-encoding: gzip, chunked",
            "content-length: one",
        ] {
            let head = head(&format!("POST / HTTP/1.1\r\n{fields}"));
            assert!(Framing::of_request(&head).is_err(), "{fields}");
        }
    }
}

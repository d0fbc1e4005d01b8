//! Heads as bytes.
//!
//! No field can end its line early and begin another: a [`HeaderValue`](http::HeaderValue) holds neither CR
//! nor LF, and neither do names, methods and targets, which their types have checked as well.

use bytes::{BufMut, BytesMut};
use http::{HeaderMap, Method, StatusCode, Uri};

/// Writes the head of an HTTP/1.1 request with its target in origin form (`*` stays `*`) and exactly these
/// fields. Framing fields are the caller's.
///
/// ```
/// use bytes::BytesMut;
/// use gateway_core::http1::write_request;
/// use http::{HeaderMap, HeaderValue, Method, Uri};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("host", HeaderValue::from_static("example"));
/// let mut out = BytesMut::new();
/// write_request(&mut out, &Method::GET, &Uri::from_static("http://10.0.0.1/a?b"), &headers);
/// assert_eq!(out, "GET /a?b HTTP/1.1\r\nhost: example\r\n\r\n");
/// ```
pub fn write_request(out: &mut BytesMut, method: &Method, target: &Uri, headers: &HeaderMap) {
    let target = target
        .path_and_query()
        .map_or("/", |target| target.as_str());
    // `http://host?query` has an empty path, which means the root.
    let slash = if target.starts_with(['/', '*']) {
        ""
    } else {
        "/"
    };
    let line = [method.as_str(), " ", slash, target, " HTTP/1.1\r\n"];
    out.reserve(line.iter().map(|part| part.len()).sum::<usize>() + usual_size(headers));
    for part in line {
        out.put_slice(part.as_bytes());
    }
    write_fields(out, headers);
}

/// Writes the head of an HTTP/1.1 response with exactly these fields. `Date` and framing fields are the
/// caller's.
///
/// ```
/// use bytes::BytesMut;
/// use gateway_core::http1::write_response;
/// use http::{HeaderMap, HeaderValue, StatusCode};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("content-length", HeaderValue::from_static("0"));
/// let mut out = BytesMut::new();
/// write_response(&mut out, StatusCode::NOT_FOUND, &headers);
/// assert_eq!(out, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
/// ```
pub fn write_response(out: &mut BytesMut, status: StatusCode, headers: &HeaderMap) {
    // The space before the reason stands even where there is none (RFC 9112, section 4).
    let reason = status.canonical_reason().unwrap_or_default();
    let line = ["HTTP/1.1 ", status.as_str(), " ", reason, "\r\n"];
    out.reserve(line.iter().map(|part| part.len()).sum::<usize>() + usual_size(headers));
    for part in line {
        out.put_slice(part.as_bytes());
    }
    write_fields(out, headers);
}

/// How many bytes [`write_fields`] usually writes. To count them costs more than now and then to find that there is
/// no room: a buffer is used for many heads.
pub(super) fn usual_size(headers: &HeaderMap) -> usize {
    headers.len() * 48 + "\r\n".len()
}

/// Writes all fields and an empty line.
pub(super) fn write_fields(out: &mut BytesMut, headers: &HeaderMap) {
    for (name, value) in headers {
        out.put_slice(name.as_str().as_bytes());
        out.put_slice(b": ");
        out.put_slice(value.as_bytes());
        out.put_slice(b"\r\n");
    }
    out.put_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::http1::HeadReader;

    fn fields() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.append("host", HeaderValue::from_static("a"));
        headers.append("x-list", HeaderValue::from_static("1"));
        headers.append("x-other", HeaderValue::from_static(""));
        headers.append("x-list", HeaderValue::from_static("2"));
        headers
    }

    #[test]
    fn a_target_is_written_in_origin_form() {
        for (target, line) in [
            ("/a?b", "GET /a?b HTTP/1.1"),
            ("http://h/a", "GET /a HTTP/1.1"),
            ("http://h", "GET / HTTP/1.1"),
            ("http://h?b", "GET /?b HTTP/1.1"),
            ("*", "GET * HTTP/1.1"),
        ] {
            let mut out = BytesMut::new();
            write_request(
                &mut out,
                &Method::GET,
                &target.parse().unwrap(),
                &HeaderMap::new(),
            );
            assert_eq!(out, format!("{line}\r\n\r\n"));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut out = BytesMut::new();
        write_request(&mut out, &Method::PUT, &Uri::from_static("/a?b"), &fields());
        let head = HeadReader::default()
            .read_request(&mut out)
            .unwrap()
            .unwrap();
        assert_eq!((head.method, head.headers), (Method::PUT, fields()));
        assert!(out.is_empty());
        write_response(&mut out, StatusCode::IM_A_TEAPOT, &fields());
        let head = HeadReader::default().read_response(&mut out, &Method::GET);
        let head = head.unwrap().unwrap();
        assert_eq!(
            (head.status, head.headers),
            (StatusCode::IM_A_TEAPOT, fields())
        );
    }

    #[test]
    fn a_buffer_keeps_its_room_for_the_next_head() {
        let mut out = BytesMut::new();
        let mut written = || {
            write_response(&mut out, StatusCode::OK, &fields());
            let place = (out.as_ptr(), out.len());
            out.clear();
            place
        };
        assert_eq!(written(), written());
    }

    #[test]
    fn a_status_without_a_reason_keeps_its_space() {
        let mut out = BytesMut::new();
        write_response(
            &mut out,
            StatusCode::from_u16(599).unwrap(),
            &HeaderMap::new(),
        );
        assert_eq!(out, "HTTP/1.1 599 \r\n\r\n");
    }
}

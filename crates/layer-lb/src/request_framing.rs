//! Where the body of a request ends, told to its endpoint.

use axum_core::body::Body;
use gateway_core::head::{framing, named};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body::Body as _;

/// Where a request's body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is none, and nobody expects one.
    Absent,
    /// After so many bytes.
    Length(u64),
    /// Where it does: nobody knows yet.
    Open,
}

impl Framing {
    /// Of the body as it is, whatever the head says.
    pub(crate) fn of(request: &Request<Body>) -> Self {
        let body = request.body();
        if !body.is_end_stream() {
            body.size_hint().exact().map_or(Self::Open, Self::Length)
        } else if anticipates_content(request.method()) {
            Self::Length(0)
        } else {
            Self::Absent
        }
    }

    /// As a head says it which [`write`](Self::write) has seen to.
    pub(crate) fn in_head(headers: &HeaderMap) -> Self {
        if named::has(headers, &TRANSFER_ENCODING) {
            Self::Open
        } else {
            content_length(headers).map_or(Self::Absent, Self::Length)
        }
    }

    /// Sees to it that `Content-Length` says what the body is. The endpoint would wait for what a wrong length
    /// promises, and take the next request for it.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        match self {
            Self::Absent => {
                if headers
                    .get(CONTENT_LENGTH)
                    .is_some_and(|length| length != "0")
                {
                    headers.remove(CONTENT_LENGTH);
                }
            }
            Self::Length(length) => {
                if content_length(headers) != Some(length) {
                    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
                }
            }
            Self::Open => {}
        }
    }
}

/// Whether a request without content says so (RFC 9110, section 8.6).
fn anticipates_content(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::DELETE)
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    named::first(headers, &CONTENT_LENGTH).and_then(framing::length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(method: &str, said: Option<&'static str>, body: Body) -> Option<String> {
        let mut request = Request::builder().method(method).body(body).unwrap();
        if let Some(said) = said {
            let said = HeaderValue::from_static(said);
            request.headers_mut().insert(CONTENT_LENGTH, said);
        }
        Framing::of(&request).write(request.headers_mut());
        let length = request.headers().get(CONTENT_LENGTH)?;
        Some(length.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_body_has_its_own_length_whatever_the_field_says() {
        for (said, length) in [(None, "4"), (Some("5"), "4"), (Some("04"), "04")] {
            let written = written("GET", said, Body::from("text"));
            assert_eq!(written.as_deref(), Some(length), "{said:?}");
        }
    }

    #[test]
    fn no_body_is_said_where_one_could_be() {
        for (method, said, length) in [
            ("POST", None, Some("0")),
            ("PUT", Some("5"), Some("0")),
            ("GET", None, None),
            ("GET", Some("0"), Some("0")),
            ("GET", Some("5"), None),
            ("DELETE", Some("5"), None),
        ] {
            let written = written(method, said, Body::empty());
            assert_eq!(written.as_deref(), length, "{method} {said:?}");
        }
    }
}

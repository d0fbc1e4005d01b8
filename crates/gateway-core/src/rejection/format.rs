//! The form in which a caller understands a refusal.

use http::{HeaderMap, header};

use crate::head::named;

/// The form in which a caller understands a refusal, told from the request's `Content-Type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `application/problem+json`, RFC 9457.
    #[default]
    Problem,
    /// A trailers-only response with `grpc-status` (gRPC over HTTP/2, "Responses").
    Grpc,
}

impl Format {
    /// The form that fits a request with these header fields.
    pub fn of(headers: &HeaderMap) -> Self {
        let is_grpc = named::first(headers, &header::CONTENT_TYPE)
            .and_then(|value| value.as_bytes().strip_prefix(b"application/grpc"))
            .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')));
        if is_grpc { Self::Grpc } else { Self::Problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_grpc_itself_is_grpc() {
        for (content_type, format) in [
            ("application/grpc", Format::Grpc),
            ("application/grpc+proto", Format::Grpc),
            ("application/grpc;a=b", Format::Grpc),
            ("application/grpc-web", Format::Problem),
            ("application/json", Format::Problem),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            assert_eq!(Format::of(&headers), format, "{content_type}");
        }
        assert_eq!(Format::of(&HeaderMap::new()), Format::Problem);
    }
}

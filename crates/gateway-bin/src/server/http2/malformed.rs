//! Requests that RFC 9113 calls malformed (§8.1.1) and h2 lets pass. Their streams are reset, after the answer of the
//! edge where there is one.

use gateway_core::contract::Response;
use gateway_core::head::HeadError;
use gateway_core::rejection::Rejection;
use http::{HeaderValue, Method, Request};

/// Whether a request is malformed as it came: a CONNECT names nobody to connect to (§8.5), or a field's value
/// begins or ends with white space (§8.2.1), which a server of HTTP/1.1 would read differently.
pub(super) fn is_malformed<B>(request: &Request<B>) -> bool {
    let is_aimless = request.method() == Method::CONNECT && request.uri().authority().is_none();
    is_aimless || request.headers().values().any(has_edge)
}

/// Whether the edge has refused a request that is malformed in HTTP/2: `host` and `:authority` name different
/// hosts (§8.3.1).
pub(super) fn is_refusal_of_malformed(response: &Response) -> bool {
    let rejection = response.extensions().get::<Rejection>();
    rejection.is_some_and(|rejection| rejection.code() == HeadError::HostMismatch.code())
}

fn has_edge(value: &HeaderValue) -> bool {
    let is_white = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let bytes = value.as_bytes();
    is_white(bytes.first()) || is_white(bytes.last())
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use http::uri::Uri;

    use super::*;

    fn request(method: &str, uri: &'static str, value: &'static str) -> Request<()> {
        let mut request = Request::builder()
            .method(method)
            .uri(Uri::from_static(uri))
            .body(())
            .unwrap();
        let value = HeaderValue::from_static(value);
        request
            .headers_mut()
            .insert(HeaderName::from_static("x"), value);
        request
    }

    #[test]
    fn white_space_around_values_is_malformed() {
        for value in [" a", "a ", "\ta", "a\t", " "] {
            assert!(
                is_malformed(&request("GET", "http://a/", value)),
                "{value:?}"
            );
        }
        for value in ["a", "a b", ""] {
            assert!(!is_malformed(&request("GET", "http://a/", value)));
        }
    }

    #[test]
    fn a_connect_says_whither() {
        assert!(is_malformed(&request("CONNECT", "/", "a")));
        assert!(!is_malformed(&request("CONNECT", "a:443", "a")));
    }

    #[test]
    fn two_hosts_are_malformed_and_no_other_refusal_is() {
        for (error, expected) in [
            (HeadError::HostMismatch, true),
            (HeadError::HostMissing, false),
        ] {
            let refusal = Rejection::from(error);
            let response = refusal.into_response(gateway_core::rejection::Format::Problem);
            assert_eq!(is_refusal_of_malformed(&response), expected);
        }
        assert!(!is_refusal_of_malformed(&Response::default()));
    }
}

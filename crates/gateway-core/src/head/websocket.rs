//! The opening handshake of a WebSocket, as a client asks for it.

use http::header::{CONTENT_LENGTH, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};

use super::{HeadError, HopByHop};
use crate::facts::Upgrade;

/// The version of the protocol; there is no other (RFC 6455, section 11.6).
pub(super) const VERSION: HeaderValue = HeaderValue::from_static("13");

/// The protocol that the request asks to switch to, if it does so in a way that counts: by `Upgrade` in HTTP/1.1,
/// of which `hop_by_hop` tells; in HTTP/2 by extended CONNECT, which the server has made a GET with the fact.
///
/// In HTTP/1.0 `Upgrade` does not count (RFC 9110, section 7.8).
///
/// # Errors
/// [`HeadError::WebSocketHandshake`] or [`HeadError::WebSocketVersion`] where it is no handshake of
/// RFC 6455, section 4.1, or RFC 8441.
pub(super) fn check(
    parts: &mut Parts,
    hop_by_hop: &HopByHop,
) -> Result<Option<Upgrade>, HeadError> {
    let upgrade = match parts.version {
        Version::HTTP_11 => hop_by_hop.upgrade,
        Version::HTTP_2 => parts.extensions.get().copied(),
        _ => None,
    };
    let Some(upgrade) = upgrade else {
        return Ok(None);
    };
    let headers = &mut parts.headers;
    if parts.method != Method::GET || hop_by_hop.chunked || has_length(headers) {
        return Err(HeadError::WebSocketHandshake);
    }
    if single(headers, &SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
        return Err(HeadError::WebSocketVersion);
    }
    if parts.version == Version::HTTP_2 {
        // It has no meaning there, and is no key that somebody waits to have accepted.
        headers.remove(SEC_WEBSOCKET_KEY);
    } else if !single(headers, &SEC_WEBSOCKET_KEY).is_some_and(is_key) {
        return Err(HeadError::WebSocketHandshake);
    }
    Ok(Some(upgrade))
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut lines = headers.get_all(name).iter();
    lines.next().filter(|_| lines.next().is_none())
}

fn has_length(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_LENGTH)
        .is_some_and(|length| length != "0")
}

/// Whether `key` is 16 bytes in Base64.
fn is_key(key: &HeaderValue) -> bool {
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    matches!(key.as_bytes(), [digits @ .., b'=', b'='] if digits.len() == 22 && digits.iter().all(is_digit))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const KEY: (&str, &str) = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    const V13: (&str, &str) = ("sec-websocket-version", "13");

    fn parts(version: Version, method: &str, lines: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).version(version);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn asked() -> HopByHop {
        HopByHop {
            upgrade: Some(Upgrade::WebSocket),
            ..HopByHop::default()
        }
    }

    #[test]
    fn a_handshake_of_http_1_is_well_formed_or_refused() {
        use HeadError::{WebSocketHandshake as Handshake, WebSocketVersion as Wrong};
        let granted = Ok(Some(Upgrade::WebSocket));
        let short = ("sec-websocket-key", "dGhlIHNhbXBsZQ==");
        let strange = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25j*Q==");
        for (method, lines, result) in [
            ("GET", &[KEY, V13][..], granted),
            ("GET", &[KEY, V13, ("content-length", "0")], granted),
            ("GET", &[KEY, V13, ("content-length", "5")], Err(Handshake)),
            ("POST", &[KEY, V13], Err(Handshake)),
            ("HEAD", &[KEY, V13], Err(Handshake)),
            ("GET", &[V13], Err(Handshake)),
            ("GET", &[KEY, KEY, V13], Err(Handshake)),
            ("GET", &[short, V13], Err(Handshake)),
            ("GET", &[strange, V13], Err(Handshake)),
            ("GET", &[KEY], Err(Wrong)),
            ("GET", &[KEY, V13, V13], Err(Wrong)),
            ("GET", &[KEY, ("sec-websocket-version", "8")], Err(Wrong)),
            (
                "GET",
                &[KEY, ("sec-websocket-version", "8, 13")],
                Err(Wrong),
            ),
        ] {
            let mut parts = parts(Version::HTTP_11, method, lines);
            assert_eq!(check(&mut parts, &asked()), result, "{method} {lines:?}");
        }
        let chunked = HopByHop {
            chunked: true,
            ..asked()
        };
        let mut parts = parts(Version::HTTP_11, "GET", &[KEY, V13]);
        assert_eq!(check(&mut parts, &chunked), Err(Handshake));
    }

    #[test]
    fn who_does_not_ask_gets_no_websocket() {
        let mut plain = parts(Version::HTTP_11, "POST", &[("content-length", "5")]);
        assert_eq!(check(&mut plain, &HopByHop::default()), Ok(None));
        let mut old = parts(Version::HTTP_10, "GET", &[KEY, V13]);
        assert_eq!(check(&mut old, &asked()), Ok(None));
        let mut two = parts(Version::HTTP_2, "GET", &[KEY, V13]);
        assert_eq!(check(&mut two, &asked()), Ok(None));
    }

    #[test]
    fn http_2_has_the_fact_and_no_key() {
        for (lines, result) in [
            (&[V13][..], Ok(Some(Upgrade::WebSocket))),
            (&[V13, KEY], Ok(Some(Upgrade::WebSocket))),
            (&[], Err(HeadError::WebSocketVersion)),
            (
                &[V13, ("content-length", "1")],
                Err(HeadError::WebSocketHandshake),
            ),
        ] {
            let mut parts = parts(Version::HTTP_2, "GET", lines);
            parts.extensions.insert(Upgrade::WebSocket);
            assert_eq!(check(&mut parts, &HopByHop::default()), result, "{lines:?}");
            let is_gone = !parts.headers.contains_key(SEC_WEBSOCKET_KEY);
            assert!(is_gone, "nobody waits for its accept");
        }
    }
}

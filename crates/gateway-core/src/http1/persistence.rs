//! Whether a connection stays open after a message (RFC 9112, section 9.3).

use http::header::CONNECTION;
use http::{HeaderMap, Version};

use crate::head::hop_by_hop;

/// What the version and all `Connection` lines say; `close` in any of them counts more than the rest.
pub(super) fn keeps_alive(version: Version, headers: &HeaderMap) -> bool {
    let mut is_asked_for = false;
    for option in hop_by_hop::tokens(headers, &CONNECTION) {
        if option.eq_ignore_ascii_case(b"close") {
            return false;
        }
        is_asked_for |= option.eq_ignore_ascii_case(b"keep-alive");
    }
    is_asked_for || is_default(version)
}

/// What the version alone says.
pub(super) fn is_default(version: Version) -> bool {
    version == Version::HTTP_11
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn close_counts_in_any_line() {
        use Version as V;
        for (version, lines, stays) in [
            (V::HTTP_11, &[][..], true),
            (V::HTTP_10, &[], false),
            (V::HTTP_11, &["x, Close"], false),
            (V::HTTP_11, &["keep-alive", "close"], false),
            (V::HTTP_11, &["keep-alive, x-close"], true),
            (V::HTTP_10, &["x", "Keep-Alive"], true),
            (V::HTTP_10, &["keep-alive", "close"], false),
            (V::HTTP_10, &["x"], false),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(CONNECTION, HeaderValue::from_static(line));
            }
            assert_eq!(
                keeps_alive(version, &headers),
                stays,
                "{version:?} {lines:?}"
            );
        }
    }
}

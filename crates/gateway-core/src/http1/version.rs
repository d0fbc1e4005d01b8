//! The version of HTTP that a first line names.

use http::Version;

/// The version that this word names, of the two there are.
pub(super) fn of(word: &[u8]) -> Option<Version> {
    match word {
        b"HTTP/1.0" => Some(Version::HTTP_10),
        b"HTTP/1.1" => Some(Version::HTTP_11),
        _ => None,
    }
}

/// Whether this word is a version that is well written, but not ours (RFC 9112, section 2.3).
pub(super) fn is_other(word: &[u8]) -> bool {
    match word {
        b"HTTP/1.0" | b"HTTP/1.1" => false,
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] => {
            major.is_ascii_digit() && minor.is_ascii_digit()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_one_form() {
        for word in ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0"] {
            assert!(is_other(word.as_bytes()), "{word}");
        }
        for word in ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "http/2.0", "HTTP/2.x", ""] {
            assert!(!is_other(word.as_bytes()), "{word}");
        }
    }
}

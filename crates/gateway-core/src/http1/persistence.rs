//! Whether a connection stays open after a message (RFC 9112, section 9.3).

use http::Version;

/// What the `Connection` lines of a head say of the connection itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Persistence {
    is_closing: bool,
    is_asked_for: bool,
}

impl Persistence {
    /// One more line; says whether it has any other option, which somebody else may want to know.
    pub(super) fn add(&mut self, line: &[u8]) -> bool {
        let mut has_others = false;
        for option in line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
            if option.eq_ignore_ascii_case(b"keep-alive") {
                self.is_asked_for = true;
            } else if option.eq_ignore_ascii_case(b"close") {
                self.is_closing = true;
            } else {
                has_others |= !option.is_empty();
            }
        }
        has_others
    }

    /// What the version and all lines say; `close` in any of them counts more than the rest.
    pub(super) fn keeps_alive(self, version: Version) -> bool {
        !self.is_closing && (self.is_asked_for || version == Version::HTTP_11)
    }
}

#[cfg(test)]
mod tests {
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
            let mut persistence = Persistence::default();
            for line in lines {
                let has_others = persistence.add(line.as_bytes());
                assert_eq!(has_others, line.contains('x'), "{line}");
            }
            let found = persistence.keeps_alive(version);
            assert_eq!(found, stays, "{version:?} {lines:?}");
        }
    }
}

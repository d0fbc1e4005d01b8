//! The canonical path itself.

use std::borrow::Cow;
use std::fmt;

use super::normalize::normalize;
use super::scan::is_canonical;
use super::{EncodedSlash, PathError};

/// A path in its one canonical form: absolute, ASCII, without empty or dot segments, with no escape that
/// could be spelled another way.
///
/// ```
/// use gateway_core::path::{CanonicalPath, EncodedSlash, PathError};
///
/// let path = CanonicalPath::parse("/v1//%6Frders/./x/../7%2b", EncodedSlash::Refuse)?;
/// assert_eq!(path.as_str(), "/v1/orders/7%2B");
/// assert!(path.is_within("/v1/orders"));
/// assert!(!path.is_within("/v1/order"));
///
/// let refused = CanonicalPath::parse("/v1/..;/admin", EncodedSlash::Refuse);
/// assert_eq!(refused, Err(PathError::Ambiguous));
/// # Ok::<(), PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CanonicalPath<'a>(Cow<'a, str>);

impl<'a> CanonicalPath<'a> {
    /// The canonical form of `raw`, borrowed where `raw` is canonical already.
    ///
    /// # Errors
    /// Why `raw` has no canonical form.
    pub fn parse(raw: &'a str, slash: EncodedSlash) -> Result<Self, PathError> {
        if is_canonical(raw.as_bytes(), slash) {
            return Ok(Self(Cow::Borrowed(raw)));
        }
        let path = normalize(raw, slash)?;
        Ok(Self(if path == raw {
            Cow::Borrowed(raw)
        } else {
            Cow::Owned(path)
        }))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it differs from what it was parsed from.
    pub fn is_changed(&self) -> bool {
        matches!(self.0, Cow::Owned(_))
    }

    /// The path as text of its own.
    pub fn into_string(self) -> String {
        self.0.into_owned()
    }

    /// Whether the path is `prefix` or lies below it, segment by segment: `/v1/orders` is within `/v1`,
    /// `/v1/` and `/`, and not within `/v1/ord`. `prefix` must be canonical itself.
    pub fn is_within(&self, prefix: &str) -> bool {
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        self.0
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for CanonicalPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::EncodedSlash::{Keep, Refuse};
    use super::PathError::*;
    use super::*;

    fn refuse(raw: &str) -> Result<String, PathError> {
        CanonicalPath::parse(raw, Refuse).map(CanonicalPath::into_string)
    }

    fn keep(raw: &str) -> Result<String, PathError> {
        CanonicalPath::parse(raw, Keep).map(CanonicalPath::into_string)
    }

    #[test]
    fn canonical_paths_are_borrowed() {
        for path in [
            "/",
            "/a",
            "/a/",
            "/a/b.c/..d/...",
            "/.well-known/x",
            "/a;v=1/b,c=2",
            "/a/;jsessionid=7",
            "/%E2%82%AC/%20/%2B",
            "/caf%E9",
            "/100%25",
            "/a%252Fb/c%255c..d",
            "/%25",
            "/:a@b!$&'()*+,=~",
        ] {
            let parsed = CanonicalPath::parse(path, Refuse).unwrap();
            assert_eq!(parsed.as_str(), path);
            assert!(!parsed.is_changed(), "{path}");
        }
    }

    #[test]
    fn equivalent_spellings_become_one() {
        for (raw, canonical) in [
            ("//", "/"),
            ("/./", "/"),
            ("/.", "/"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/a/b/.", "/a/b/"),
            ("/a//b///c", "/a/b/c"),
            ("/a/b//", "/a/b/"),
            ("/%61%2D%2e%5F%7e", "/a-._~"),
            ("/%e2%82%ac", "/%E2%82%AC"),
            ("/a/%2e%2e/b", "/b"),
            ("/a/%2E/b", "/a/b"),
            ("/a/.%2e/b", "/b"),
            ("/a/b/c/../../d", "/a/d"),
            ("/a//b/../c", "/a/c"),
            ("//a/../b//", "/b/"),
            ("/a|b{c}\"^`[d]", "/a%7Cb%7Bc%7D%22%5E%60%5Bd%5D"),
            ("/a b", "/a%20b"),
            ("/%3b", "/%3B"),
            ("/x%25%32%65", "/x%252e"),
        ] {
            assert_eq!(refuse(raw).as_deref(), Ok(canonical), "{raw}");
        }
    }

    #[test]
    fn attacks_are_refused() {
        for (raw, error) in [
            ("", NotAbsolute),
            ("a", NotAbsolute),
            ("*", NotAbsolute),
            ("/..", AboveRoot),
            ("/../etc/passwd", AboveRoot),
            ("/a/../../b", AboveRoot),
            ("/%2e%2e/a", AboveRoot),
            ("/a/%2e%2e/%2E%2E/b", AboveRoot),
            ("/..;/admin", Ambiguous),
            ("/open/..;/admin", Ambiguous),
            ("/open/..;x=1/admin", Ambiguous),
            ("/open/%2e%2e;/admin", Ambiguous),
            ("/open/.;/admin", Ambiguous),
            ("/open/..%3b/admin", Ambiguous),
            ("/;x/admin", Ambiguous),
            ("/open/;/admin", Ambiguous),
            ("/open/%252e%252e/admin", Ambiguous),
            ("/open/.%252E/admin", Ambiguous),
            ("/open/..%252fadmin", Ambiguous),
            ("/open/..%252Fadmin", Ambiguous),
            ("/open/..%255cadmin", Ambiguous),
            ("/open/%252e%252e%252fadmin", Ambiguous),
            ("/open/x%252f..%252Fadmin", Ambiguous),
            ("/open/x%255C..", Ambiguous),
            ("/open/..%253badmin", Ambiguous),
            ("/a//../b", Ambiguous),
            ("/a//b/../../c", Ambiguous),
            ("//..", Ambiguous),
            ("/a\\..\\b", Backslash),
            ("/\\evil.example", Backslash),
            ("/a%2fb", EncodedSlash),
            ("/a%2Fb", EncodedSlash),
            ("/..%2fadmin", EncodedSlash),
            ("/..%5cadmin", EncodedSlash),
            ("/a%5Cb", EncodedSlash),
            ("/a%00.png", Nul),
            ("/a\0", Nul),
            ("/a%0d%0aX:1", Control),
            ("/a%7f", Control),
            ("/a\t", Control),
            ("/%", BadEscape),
            ("/%2", BadEscape),
            ("/%zz", BadEscape),
            ("/%2/x", BadEscape),
            ("/%u002e", BadEscape),
            ("/%+2", BadEscape),
            ("/%c0%ae%c0%ae/", Overlong),
            ("/%C1%9C", Overlong),
            ("/%e0%80%af", Overlong),
            ("/%f0%80%80%af", Overlong),
            ("/é", NotAscii),
            ("/a?b", Delimiter),
            ("/a#b", Delimiter),
        ] {
            assert_eq!(refuse(raw), Err(error), "{raw:?}");
        }
    }

    #[test]
    fn kept_escaped_slashes_stay_inside_their_segment() {
        assert_eq!(keep("/a%2fb/%5c").as_deref(), Ok("/a%2Fb/%5C"));
        assert_eq!(keep("/x/a%2Fb/../c").as_deref(), Ok("/x/c"));
        assert_eq!(keep("/a%2f..c").as_deref(), Ok("/a%2F..c"));
        for raw in [
            "/a%2f..",
            "/..%2Fa",
            "/a%5c..%5cb",
            "/a%2f.%2fb",
            "/a%2F..;/b",
        ] {
            assert_eq!(keep(raw), Err(Ambiguous), "{raw}");
        }
    }

    #[test]
    fn prefixes_are_matched_by_segment() {
        let path = CanonicalPath::parse("/v1/orders/7", Refuse).unwrap();
        for prefix in ["/", "/v1", "/v1/", "/v1/orders/7", "/v1/orders/7/", ""] {
            assert!(path.is_within(prefix), "{prefix}");
        }
        for prefix in ["/v", "/v1/order", "/v1/orders/7/8", "/v2"] {
            assert!(!path.is_within(prefix), "{prefix}");
        }
    }

    /// Every path of up to `longest` tokens.
    fn all_paths(tokens: &[&str], longest: u32, mut check: impl FnMut(&str)) {
        let mut path = String::new();
        for length in 0..=longest {
            for mut number in 0..tokens.len().pow(length) {
                path.clear();
                path.push('/');
                for _ in 0..length {
                    path.push_str(tokens[number % tokens.len()]);
                    number /= tokens.len();
                }
                check(&path);
            }
        }
    }

    #[test]
    fn a_canonical_path_is_its_own_canonical_form() {
        let tokens = [
            "/", ".", ";", "a", "\\", "%", "2", "e", "E", "%2e", "%2f", "%5C", "%25", "%252F",
        ];
        for slash in [Refuse, Keep] {
            all_paths(&tokens, 5, |raw| {
                let slow = normalize(raw, slash);
                if is_canonical(raw.as_bytes(), slash) {
                    assert_eq!(slow.as_deref(), Ok(raw), "the fast path is wrong");
                }
                let Ok(path) = slow else { return };
                assert_eq!(normalize(&path, slash).as_ref(), Ok(&path), "{raw}");
                let segments: Vec<_> = path[1..].split('/').collect();
                let (last, inner) = segments.split_last().unwrap();
                assert!(inner.iter().all(|s| !s.is_empty()), "{raw} {path}");
                assert!(inner.iter().chain([last]).all(|s| *s != "." && *s != ".."));
                assert!(!path.contains('\\') && !path.contains("%2e"), "{raw}");
            });
        }
    }
}

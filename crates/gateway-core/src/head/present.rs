//! Which of the fields that somebody asks for a head has.

use std::ops::BitOr;

use http::{HeaderMap, HeaderName};

use super::{claims, hop_by_hop};

/// Which of the fields that somebody asks for a head has, found in one pass over their names. A head has a
/// handful of fields and each is asked for by several; one look-up for each question is what costs.
///
/// It says what was there when it was taken: what is removed later may still count as present.
///
/// ```
/// use gateway_core::head::Present;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("cookie", HeaderValue::from_static("a=1"));
/// let present = Present::of(&headers);
/// assert!(present.any(Present::COOKIE | Present::EXPECT));
/// assert!(!present.any(Present::HOP_BY_HOP));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present(u8);

impl Present {
    /// A field that concerns one connection alone.
    pub const HOP_BY_HOP: Self = Self(1);
    /// `Content-Length` or `Transfer-Encoding`.
    pub const FRAMING: Self = Self(1 << 1);
    /// `Expect`.
    pub const EXPECT: Self = Self(1 << 2);
    /// `Cookie`.
    pub const COOKIE: Self = Self(1 << 3);
    /// A field that says who the client is: `X-Forwarded-*`, `Forwarded`, `X-Real-IP`.
    pub const CLAIM: Self = Self(1 << 4);
    /// A field with `_` in its name.
    pub const UNDERSCORE: Self = Self(1 << 5);

    /// All of them.
    const ALL: Self = Self((1 << 6) - 1);

    /// What `headers` have.
    pub fn of(headers: &HeaderMap) -> Self {
        Self::among(headers, Self::ALL)
    }

    /// Which of `wanted` the `headers` have. Looks for nothing else.
    #[inline]
    pub fn among(headers: &HeaderMap, wanted: Self) -> Self {
        let found = headers.keys().map(|name| Self::of_name(name, wanted));
        found.fold(Self(0), Self::bitor)
    }

    /// These and `others`.
    #[must_use]
    pub const fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether any of `fields` is there.
    pub fn any(self, fields: Self) -> bool {
        self.0 & fields.0 != 0
    }

    #[inline]
    fn of_name(name: &HeaderName, wanted: Self) -> Self {
        let text = name.as_str();
        let known = match text.as_bytes() {
            [b'c', ..] if text == "cookie" => Self::COOKIE,
            [b'c', ..] if text == "content-length" => Self::FRAMING,
            [b't', ..] if text == "transfer-encoding" => Self::FRAMING | Self::HOP_BY_HOP,
            [b'h', b'o', ..] => Self(0),
            [b'c' | b'h' | b'k' | b'p' | b't' | b'u', ..] if hop_by_hop::is_hop_by_hop(name) => {
                Self::HOP_BY_HOP
            }
            [b'e', ..] if text == "expect" => Self::EXPECT,
            [b'f' | b'x', ..] if wanted.any(Self::CLAIM) && claims::is_claim(name) => Self::CLAIM,
            _ => Self(0),
        };
        if wanted.any(Self::UNDERSCORE) && text.as_bytes().contains(&b'_') {
            known | Self::UNDERSCORE
        } else {
            known
        }
    }
}

impl BitOr for Present {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::testing::headers;

    #[test]
    fn each_field_is_found_among_others() {
        for (name, fields) in [
            ("accept", Present(0)),
            ("connection", Present::HOP_BY_HOP),
            ("http2-settings", Present::HOP_BY_HOP),
            ("keep-alive", Present::HOP_BY_HOP),
            ("proxy-connection", Present::HOP_BY_HOP),
            ("te", Present::HOP_BY_HOP),
            ("upgrade", Present::HOP_BY_HOP),
            ("transfer-encoding", Present::HOP_BY_HOP | Present::FRAMING),
            ("content-length", Present::FRAMING),
            ("expect", Present::EXPECT),
            ("cookie", Present::COOKIE),
            ("forwarded", Present::CLAIM),
            ("x-forwarded-for", Present::CLAIM),
            ("x_real_ip", Present::CLAIM | Present::UNDERSCORE),
            ("a_b", Present::UNDERSCORE),
        ] {
            let lines = [("host", "a"), (name, "1"), ("x-other", "1")];
            assert_eq!(Present::of(&headers(&lines)), fields, "{name}");
        }
    }

    #[test]
    fn whatever_is_hop_by_hop_is_found() {
        for name in [
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
        ] {
            assert!(Present::of(&headers(&[(name, "1")])).any(Present::HOP_BY_HOP));
        }
    }
}

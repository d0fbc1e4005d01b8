//! What a route asks of a named value.

use std::fmt;

use serde::Serialize;

use super::whole_regex::WholeRegex;

/// What a route asks of a header, cookie or query parameter. Where it occurs more than once, one occurrence
/// that fits is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueTest {
    /// It must not occur.
    Absent,
    /// It must occur.
    Present,
    /// It must have this value.
    Exact(Box<str>),
    /// The regular expression must match the whole value.
    Regex(WholeRegex),
}

impl ValueTest {
    /// Whether one value fits, for a test that wants one.
    pub(super) fn accepts(&self, value: &[u8]) -> bool {
        match self {
            Self::Absent | Self::Present => true,
            Self::Exact(wanted) => wanted.as_bytes() == value,
            Self::Regex(regex) => {
                std::str::from_utf8(value).is_ok_and(|value| regex.is_match(value))
            }
        }
    }

    /// Whether a value that fits `other` always fits this.
    pub(super) fn is_implied_by(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Present, Self::Present | Self::Exact(_) | Self::Regex(_)) => true,
            (Self::Regex(_), Self::Exact(value)) => self.accepts(value.as_bytes()),
            _ => self == other,
        }
    }

    /// Whether no value fits both.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Absent, Self::Absent) => false,
            (Self::Absent, _) | (_, Self::Absent) => true,
            (Self::Exact(value), test) | (test, Self::Exact(value)) => {
                !test.accepts(value.as_bytes())
            }
            (Self::Regex(a), Self::Regex(b)) => a.is_disjoint(b),
            (Self::Present, _) | (_, Self::Present) => false,
        }
    }

    /// Whether the test costs more than a comparison.
    pub(super) fn is_regex(&self) -> bool {
        matches!(self, Self::Regex(_))
    }
}

impl fmt::Display for ValueTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("none"),
            Self::Present => f.write_str("any value"),
            Self::Exact(value) => write!(f, "`{value}`"),
            Self::Regex(regex) => write!(f, "a match of `{regex}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ValueTest::{Absent, Present};
    use super::*;

    fn exact(value: &str) -> ValueTest {
        ValueTest::Exact(value.into())
    }

    fn regex(source: &str) -> ValueTest {
        ValueTest::Regex(source.parse().unwrap())
    }

    #[test]
    fn implication_is_proved() {
        for (test, by, implied) in [
            (Present, exact("a"), true),
            (Present, regex("a"), true),
            (Present, Absent, false),
            (Absent, Absent, true),
            (Absent, Present, false),
            (exact("a"), exact("a"), true),
            (exact("a"), exact("b"), false),
            (exact("a"), Present, false),
            (regex("a+"), exact("aa"), true),
            (regex("a+"), exact("b"), false),
            (regex("a+"), regex("a+"), true),
            (regex("a+"), regex("aa+"), false),
        ] {
            assert_eq!(test.is_implied_by(&by), implied, "{test:?} {by:?}");
        }
    }

    #[test]
    fn disjointness_is_proved() {
        for (a, b, disjoint) in [
            (Present, Absent, true),
            (Absent, exact("a"), true),
            (Absent, Absent, false),
            (Present, Present, false),
            (Present, exact("a"), false),
            (exact("a"), exact("a"), false),
            (exact("a"), exact("b"), true),
            (exact("a"), regex("b"), true),
            (exact("a"), regex("a|b"), false),
            (regex("a.*"), regex("b.*"), true),
            (regex("a.*"), regex(".*b"), false),
        ] {
            assert_eq!(a.is_disjoint(&b), disjoint, "{a:?} {b:?}");
            assert_eq!(b.is_disjoint(&a), disjoint, "{b:?} {a:?}");
        }
    }

    #[test]
    fn a_value_that_is_no_text_matches_no_regex() {
        assert!(!regex("(?s).*").accepts(b"\xff"));
        assert!(Present.accepts(b"\xff"));
    }
}

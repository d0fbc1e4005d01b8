//! Regular expressions that match whole values.

use std::fmt;
use std::ops::Deref;

use gateway_core::config::{Diagnosis, Regex, Text};
use regex_syntax::hir::literal::{Extractor, Literal};

/// A regular expression that matches whole values, as Envoy's do: `v1` does not match `v10`.
#[derive(Clone, Debug)]
pub struct WholeRegex {
    regex: Regex,
    /// Each match begins with one of these, where the beginnings are few enough to be known.
    starts: Option<Box<[Literal]>>,
}

impl Text for WholeRegex {
    const NAME: &'static str = "WholeRegex";
    const WANTED: &'static str = "a regular expression such as 'v[0-9]+'";
    const DESCRIPTION: &'static str = "A regular expression that must match the whole value.";
    const EXAMPLES: &'static [&'static str] = &["v[0-9]+"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let regex = Regex::from_text(text)?.whole()?;
        let starts = regex_syntax::parse(text).ok().and_then(|hir| {
            let starts = Extractor::new().extract(&hir);
            starts.literals().map(Box::from)
        });
        Ok(Self { regex, starts })
    }
}

gateway_core::text_value!(WholeRegex);

impl WholeRegex {
    /// Whether every match, if there are any, begins with another character than `first`.
    pub(super) fn never_starts_with(&self, first: u8) -> bool {
        let starts_otherwise =
            |start: &Literal| start.as_bytes().first().is_some_and(|byte| *byte != first);
        self.starts
            .as_deref()
            .is_some_and(|starts| starts.iter().all(starts_otherwise))
    }

    /// The longest text known to be at the beginning of every match.
    pub(super) fn common_start(&self) -> &str {
        let [first, others @ ..] = self.starts.as_deref().unwrap_or_default() else {
            return "";
        };
        let common = others.iter().fold(first.as_bytes(), |common, start| {
            let equal = common
                .iter()
                .zip(start.as_bytes())
                .take_while(|(a, b)| a == b);
            &common[..equal.count()]
        });
        match std::str::from_utf8(common) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&common[..error.valid_up_to()]).unwrap_or_default(),
        }
    }

    /// Whether no text matches both, as far as their beginnings show it.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        let (Some(ours), Some(theirs)) = (&self.starts, &other.starts) else {
            return false;
        };
        let differ = |a: &[u8], b: &[u8]| !a.starts_with(b) && !b.starts_with(a);
        ours.iter()
            .all(|a| theirs.iter().all(|b| differ(a.as_bytes(), b.as_bytes())))
    }
}

impl Deref for WholeRegex {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.regex
    }
}

impl PartialEq for WholeRegex {
    fn eq(&self, other: &Self) -> bool {
        self.regex == other.regex
    }
}

impl Eq for WholeRegex {}

impl fmt::Display for WholeRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.regex.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(source: &str) -> WholeRegex {
        source.parse().unwrap()
    }

    #[test]
    fn whole_values_match() {
        for source in ["v[12]", "^v[12]$", "v1|v2", "(?m)^v[12]$"] {
            assert!(regex(source).is_match("v1"), "{source}");
            for text in ["v10", "xv1", "v1\n", "v1\nv2", ""] {
                assert!(!regex(source).is_match(text), "{source} {text:?}");
            }
        }
    }

    #[test]
    fn beginnings_are_known() {
        for (source, start) in [
            ("/a/b", "/a/b"),
            ("^/a/[0-9]+", "/a/"),
            ("/a/.*", "/a/"),
            ("/ab?c", "/a"),
            ("/(x|y)/z", "/"),
            ("/a|/b", "/"),
            ("/a|b", ""),
            ("(?i)/a", "/"),
            (".*", ""),
        ] {
            assert!(regex(source).common_start().starts_with(start), "{source}");
        }
        assert!(regex("a|b").never_starts_with(b'/'));
        assert!(regex(r"[^\s\S]").never_starts_with(b'/'));
        assert!(!regex("a|/b").never_starts_with(b'/'));
        assert!(!regex(".*/a").never_starts_with(b'/'));
    }

    #[test]
    fn disjoint_beginnings_prove_disjoint_matches() {
        for (a, b, disjoint) in [
            ("/a/[0-9]+", "/b/[0-9]+", true),
            ("/(a|b)/x", "/(c|d)/x", true),
            ("/(a|b)/x", "/(b|c)/x", false),
            ("/a/.*", "/a/b", false),
            ("/ab?", "/ac?", false),
            (".*", "/a", false),
        ] {
            assert_eq!(regex(a).is_disjoint(&regex(b)), disjoint, "{a} {b}");
        }
    }
}

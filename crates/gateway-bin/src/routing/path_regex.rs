//! Paths by regular expression.

use std::fmt;
use std::sync::Arc;

use gateway_core::config::{Diagnosis, Text};
use gateway_core::facts::PathParameters;

use super::whole_regex::WholeRegex;

/// A regular expression that matches whole paths; its named groups are path parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRegex {
    regex: WholeRegex,
    groups: Box<[(usize, Arc<str>)]>,
}

impl Text for PathRegex {
    const NAME: &'static str = "PathRegex";
    const WANTED: &'static str = "a regular expression such as '/v[0-9]+/.*'";
    const DESCRIPTION: &'static str = "A regular expression that must match the whole path; its named groups are path parameters.";
    const EXAMPLES: &'static [&'static str] = &["/v(?<version>[0-9]+)/.*"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let regex = WholeRegex::from_text(text)?;
        if regex.never_starts_with(b'/') {
            return Err(Diagnosis::new(format!("`{text}` can never match"))
                .help("every path begins with a slash, and the whole path must match"));
        }
        let names = regex.capture_names().enumerate();
        let groups = names
            .filter_map(|(at, name)| Some((at, name?.into())))
            .collect();
        Ok(Self { regex, groups })
    }
}

gateway_core::text_value!(PathRegex);

impl PathRegex {
    /// The names of the groups that have one.
    pub(super) fn parameter_names(&self) -> Vec<&str> {
        self.groups.iter().map(|(_, name)| &**name).collect()
    }

    /// Whether the whole `path` matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.regex.is_match(path)
    }

    /// The longest text known to be at the beginning of every matching path.
    pub(super) fn common_start(&self) -> &str {
        self.regex.common_start()
    }

    /// Whether no path matches both, as far as their beginnings show it.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.regex.is_disjoint(&other.regex)
    }

    /// The length of the expression as it is written, in bytes.
    pub(super) fn length(&self) -> usize {
        self.regex.as_written().len()
    }

    /// What the named groups caught in `path`, which matches. A group that took no part is left out.
    pub(super) fn parameters(&self, path: &str) -> PathParameters {
        if self.groups.is_empty() {
            return PathParameters::default();
        }
        let Some(captures) = self.regex.captures(path) else {
            return PathParameters::default();
        };
        self.groups
            .iter()
            .filter_map(|(at, name)| Some((Arc::clone(name), captures.get(*at)?.as_str())))
            .collect()
    }
}

impl fmt::Display for PathRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.regex.fmt(f)
    }
}

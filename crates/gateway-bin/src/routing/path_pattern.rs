//! Which paths a route is for.

use std::fmt;
use std::sync::Arc;

use gateway_core::facts::PathParameters;
use serde::Serialize;

use super::path_mismatch::PathMismatch;
use super::path_regex::PathRegex;
use super::path_template::{PathSegment, PathTemplate, Tail};

/// Which paths a route is for. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPattern {
    /// This path alone.
    Exact(Arc<str>),
    /// The paths of these segments, or those that begin with them.
    Template(Arc<PathTemplate>),
    /// The paths that match as a whole.
    Regex(Arc<PathRegex>),
}

/// How precisely a pattern names its paths; the more precise is the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathKind {
    /// One path.
    Exact,
    /// A template that leaves nothing open but its parameters.
    Template,
    /// A regular expression.
    Regex,
    /// All paths that begin with some segments.
    Prefix,
}

impl PathPattern {
    /// Every path.
    pub(super) fn any() -> Self {
        Self::Template(Arc::new(PathTemplate {
            segments: Box::default(),
            tail: Tail::Rest(None),
        }))
    }

    /// The same in memory of its own, all of it in one place.
    pub(super) fn compact(&self) -> Self {
        match self {
            Self::Exact(path) => Self::Exact(Arc::from(&**path)),
            Self::Template(template) => Self::Template(Arc::new(template.compact())),
            Self::Regex(regex) => Self::Regex(Arc::clone(regex)),
        }
    }

    /// How precisely the pattern names its paths.
    pub fn kind(&self) -> PathKind {
        match self {
            Self::Exact(_) => PathKind::Exact,
            Self::Template(template) if template.is_prefix() => PathKind::Prefix,
            Self::Template(_) => PathKind::Template,
            Self::Regex(_) => PathKind::Regex,
        }
    }

    /// Whether the pattern matches the canonical `path`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check<'a>(&'a self, path: &'a str) -> Result<(), PathMismatch<'a>> {
        match self {
            Self::Exact(wanted) if **wanted == *path => Ok(()),
            Self::Exact(wanted) => Err(PathMismatch::Other {
                found: path,
                wanted,
            }),
            Self::Template(template) => template.check(path),
            Self::Regex(wanted) if wanted.matches(path) => Ok(()),
            Self::Regex(wanted) => Err(PathMismatch::Regex {
                found: path,
                wanted,
            }),
        }
    }

    /// The names of the parameters that the pattern finds in every path it matches.
    pub fn parameter_names(&self) -> Vec<&str> {
        match self {
            Self::Exact(_) => Vec::new(),
            Self::Template(template) => template.parameter_names(),
            Self::Regex(regex) => regex.parameter_names(),
        }
    }

    /// The parameters that the pattern finds in `path`, which it matches.
    pub(super) fn parameters(&self, path: &str) -> PathParameters {
        match self {
            Self::Exact(_) => PathParameters::default(),
            Self::Template(template) => template.parameters(path),
            Self::Regex(regex) => regex.parameters(path),
        }
    }

    /// The segments the order compares; an exact path and a regular expression have none.
    pub(super) fn segments(&self) -> &[PathSegment] {
        match self {
            Self::Template(template) => &template.segments,
            Self::Exact(_) | Self::Regex(_) => &[],
        }
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(path) => f.write_str(path),
            Self::Template(template) => template.fmt(f),
            Self::Regex(regex) => regex.fmt(f),
        }
    }
}

impl fmt::Display for PathKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact path",
            Self::Template => "template",
            Self::Regex => "regular expression",
            Self::Prefix => "prefix",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::path_parse;
    use super::*;

    fn template(text: &str) -> PathPattern {
        PathPattern::Template(Arc::new(path_parse::template(text).unwrap()))
    }

    fn prefix(text: &str) -> PathPattern {
        PathPattern::Template(Arc::new(path_parse::prefix(text).unwrap()))
    }

    fn regex(text: &str) -> PathPattern {
        PathPattern::Regex(Arc::new(text.parse().unwrap()))
    }

    /// The parameters found, or the reason.
    fn found(pattern: &PathPattern, path: &str) -> String {
        match pattern.check(path) {
            Ok(()) => pattern
                .parameters(path)
                .iter()
                .map(|(name, value)| format!("{name}={value};"))
                .collect(),
            Err(mismatch) => mismatch.to_string(),
        }
    }

    #[test]
    fn exact_paths_are_compared_literally() {
        let pattern = PathPattern::Exact("/a".into());
        assert_eq!(found(&pattern, "/a"), "");
        assert_eq!(found(&pattern, "/b"), "path is `/b`, wanted `/a`");
        assert_eq!(
            found(&pattern, "/a/"),
            "path is `/a/`, wanted `/a` (the slash at the end matters)"
        );
    }

    #[test]
    fn a_parameter_is_one_whole_segment() {
        let pattern = template("/o/{id}/x/{y}");
        assert_eq!(found(&pattern, "/o/7/x/%2F"), "id=7;y=%2F;");
        assert_eq!(
            found(&pattern, "/p/7/x/8"),
            "path: segment 1 is `p`, wanted `o`"
        );
        assert_eq!(
            found(&pattern, "/o//x/8"),
            "path: segment 2 is empty, wanted `{id}`"
        );
        assert_eq!(
            found(&pattern, "/o/7/x"),
            "path: there is no segment 4, wanted `{y}`"
        );
        assert_eq!(
            found(&pattern, "/o/7/x/"),
            "path: segment 4 is empty, wanted `{y}`"
        );
        assert_eq!(
            found(&pattern, "/o/7/x/8/9"),
            "path: `/9` follows segment 4, wanted the end"
        );
        assert_eq!(
            found(&pattern, "/o/7/x/8/"),
            "path: a slash follows segment 4, wanted the end"
        );
        assert_eq!(found(&template("/o/{id}/"), "/o/7/"), "id=7;");
        assert_eq!(
            found(&template("/o/{id}/"), "/o/7"),
            "path: there is no segment 3, wanted ``"
        );
    }

    #[test]
    fn a_rest_is_any_number_of_segments() {
        let pattern = template("/v1/orders/{*rest}");
        for (path, rest) in [
            ("/v1/orders", "rest=;"),
            ("/v1/orders/", "rest=;"),
            ("/v1/orders/a", "rest=a;"),
            ("/v1/orders/a/b/", "rest=a/b/;"),
            (
                "/v1/orders2",
                "path: segment 2 is `orders2`, wanted `orders`",
            ),
            ("/v1", "path: there is no segment 2, wanted `orders`"),
        ] {
            assert_eq!(found(&pattern, path), rest);
        }
        assert_eq!(found(&template("/{*all}"), "/"), "all=;");
        assert_eq!(
            found(&template("/{t}/{*rest}"), "/"),
            "path: segment 1 is empty, wanted `{t}`"
        );
    }

    #[test]
    fn a_prefix_ends_between_segments() {
        for (text, path, matches) in [
            ("/v1", "/v1", true),
            ("/v1", "/v1/", true),
            ("/v1", "/v1/a", true),
            ("/v1", "/v10", false),
            ("/v1", "/", false),
            ("/", "/", true),
            ("/", "/a/b", true),
        ] {
            assert_eq!(prefix(text).check(path).is_ok(), matches, "{text} {path}");
        }
        assert!(PathPattern::any().check("*").is_ok());
    }

    #[test]
    fn a_regex_matches_the_whole_path_and_names_parameters() {
        let pattern = regex("/o/(?<id>[0-9]+)(/(?<sub>[a-z]+))?");
        assert_eq!(found(&pattern, "/o/42"), "id=42;");
        assert_eq!(found(&pattern, "/o/42/x"), "id=42;sub=x;");
        assert!(pattern.check("/o/42x").is_err());
        assert!(pattern.check("/x/o/42").is_err());
        let never = "o/.*".parse::<PathRegex>().unwrap_err();
        assert_eq!(never.message(), "`o/.*` can never match");
    }
}

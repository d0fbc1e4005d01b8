//! Why a path pattern does not match a path.

use std::fmt;

use serde::Serialize;

use super::path_regex::PathRegex;
use super::path_template::PathSegment;

/// Why a path pattern does not match a path. Segments are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PathMismatch<'a> {
    /// The path is another one.
    Other {
        /// The path of the request.
        found: &'a str,
        /// The only path the route is for.
        wanted: &'a str,
    },
    /// A segment is another one.
    Segment {
        /// Which segment.
        number: usize,
        /// The segment of the request.
        found: &'a str,
        /// The segment of the route.
        wanted: &'a PathSegment,
    },
    /// The path has too few segments.
    Ends {
        /// The first segment that is missing.
        number: usize,
        /// The segment of the route.
        wanted: &'a PathSegment,
    },
    /// The path has too many segments.
    GoesOn {
        /// How many the route has.
        after: usize,
        /// The text that follows them.
        rest: &'a str,
    },
    /// The regular expression does not match the whole path.
    Regex {
        /// The path of the request.
        found: &'a str,
        /// The regular expression of the route.
        wanted: &'a PathRegex,
    },
}

impl fmt::Display for PathMismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other { found, wanted } => {
                write!(f, "path is `{found}`, wanted `{wanted}`")?;
                if found.trim_end_matches('/') == wanted.trim_end_matches('/') {
                    f.write_str(" (the slash at the end matters)")?;
                }
                Ok(())
            }
            Self::Segment {
                number,
                found: "",
                wanted,
            } => {
                write!(f, "path: segment {number} is empty, wanted `{wanted}`")
            }
            Self::Segment {
                number,
                found,
                wanted,
            } => {
                write!(f, "path: segment {number} is `{found}`, wanted `{wanted}`")
            }
            Self::Ends { number, wanted } => {
                write!(f, "path: there is no segment {number}, wanted `{wanted}`")
            }
            Self::GoesOn { after, rest: "" } => {
                write!(f, "path: a slash follows segment {after}, wanted the end")
            }
            Self::GoesOn { after, rest } => {
                write!(f, "path: `/{rest}` follows segment {after}, wanted the end")
            }
            Self::Regex { found, wanted } => {
                write!(
                    f,
                    "path is `{found}`, which `{wanted}` does not match as a whole"
                )
            }
        }
    }
}

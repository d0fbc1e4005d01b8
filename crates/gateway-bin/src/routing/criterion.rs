//! What puts one route before another.

use std::fmt;

use serde::Serialize;

use super::{HostKind, PathKind};

/// What puts one route before another, with what both have of it: see the [order](super).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "`first` is what the route has that ranks first, `second` what the other has"
)]
pub enum Criterion {
    /// A higher `priority`.
    Priority { first: i32, second: i32 },
    /// A more precise host.
    Host { first: HostKind, second: HostKind },
    /// A more precise kind of path.
    PathKind { first: PathKind, second: PathKind },
    /// A longer regular expression, in bytes.
    RegexLength { first: usize, second: usize },
    /// More segments.
    Segments { first: usize, second: usize },
    /// A literal where the other has a parameter, in this segment, counted from 1.
    Literal { segment: usize },
    /// Methods that are named.
    Methods,
    /// More conditions on headers and cookies.
    Headers { first: usize, second: usize },
    /// More conditions on query parameters.
    Query { first: usize, second: usize },
    /// A CEL condition.
    When,
    /// An earlier place in the file. It decides only for a request that repeats a header, cookie or query
    /// parameter, and so meets two conditions that exclude each other otherwise.
    File,
}

impl Criterion {
    /// Whether host, path, methods and priority leave it open which route comes first.
    pub(super) fn is_about_conditions(&self) -> bool {
        matches!(
            self,
            Self::Headers { .. } | Self::Query { .. } | Self::When | Self::File
        )
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Priority { first, second } => write!(f, "priority {first} before {second}"),
            Self::Host { first, second } => write!(f, "{first} before {second}"),
            Self::PathKind { first, second } => write!(f, "{first} before {second}"),
            Self::RegexLength { first, second } => {
                write!(
                    f,
                    "regular expression of {first} bytes before one of {second}"
                )
            }
            Self::Segments { first, second } => {
                write!(f, "{first} segments before {second}")
            }
            Self::Literal { segment } => {
                write!(f, "literal before parameter in segment {segment}")
            }
            Self::Methods => f.write_str("named methods before any"),
            Self::Headers { first, second } => {
                write!(f, "{first} header and cookie conditions before {second}")
            }
            Self::Query { first, second } => {
                write!(f, "{first} query conditions before {second}")
            }
            Self::When => f.write_str("a `when` before none"),
            Self::File => f.write_str("the earlier place in the file"),
        }
    }
}

//! Paths by segments: templates and prefixes.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use gateway_core::facts::PathParameters;
use serde::{Serialize, Serializer};

use super::path_mismatch::PathMismatch;

/// A path by its segments, such as `/orders/{id}`, and what may follow them.
///
/// The path `/` has one segment, which is empty; `/a/` has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTemplate {
    pub(super) segments: Box<[PathSegment]>,
    pub(super) tail: Tail,
}

/// One segment of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// This text.
    Literal(Box<str>),
    /// Any text but none, which becomes the parameter of this name.
    Parameter(Arc<str>),
}

/// What may follow the segments of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing.
    End,
    /// Any number of segments, which become the parameter of this name, where there is one.
    Rest(Option<Arc<str>>),
}

impl PathTemplate {
    /// The names of the parameters, in the order of the path.
    pub(super) fn parameter_names(&self) -> Vec<&str> {
        let segments = self.segments.iter().filter_map(|segment| match segment {
            PathSegment::Literal(_) => None,
            PathSegment::Parameter(name) => Some(&**name),
        });
        let rest = match &self.tail {
            Tail::End | Tail::Rest(None) => None,
            Tail::Rest(Some(name)) => Some(&**name),
        };
        segments.chain(rest).collect()
    }

    /// The same in memory of its own.
    pub(super) fn compact(&self) -> Self {
        let own = |name: &Arc<str>| Arc::from(&**name);
        let segments = self.segments.iter().map(|segment| match segment {
            PathSegment::Literal(text) => PathSegment::Literal(text.clone()),
            PathSegment::Parameter(name) => PathSegment::Parameter(own(name)),
        });
        Self {
            segments: segments.collect(),
            tail: match &self.tail {
                Tail::End => Tail::End,
                Tail::Rest(name) => Tail::Rest(name.as_ref().map(own)),
            },
        }
    }

    /// Whether anything may follow the segments.
    pub(super) fn is_prefix(&self) -> bool {
        matches!(self.tail, Tail::Rest(_))
    }

    /// Why the template does not match `path`, if it does not.
    pub(super) fn check<'a>(&'a self, path: &'a str) -> Result<(), PathMismatch<'a>> {
        let mut rest = remainder(path);
        for (number, wanted) in (1..).zip(&self.segments) {
            let Some(text) = rest else {
                return Err(PathMismatch::Ends { number, wanted });
            };
            let (found, next) = split_segment(text);
            if !wanted.accepts(found) {
                return Err(PathMismatch::Segment {
                    number,
                    found,
                    wanted,
                });
            }
            rest = next;
        }
        match rest {
            Some(rest) if self.tail == Tail::End => Err(PathMismatch::GoesOn {
                after: self.segments.len(),
                rest,
            }),
            _ => Ok(()),
        }
    }

    /// The parameters that the template finds in `path`, which it matches.
    pub(super) fn parameters(&self, path: &str) -> PathParameters {
        let rest = Cell::new(remainder(path));
        let in_segments = self.segments.iter().filter_map(|segment| {
            let (text, next) = split_segment(rest.get().unwrap_or_default());
            rest.set(next);
            match segment {
                PathSegment::Literal(_) => None,
                PathSegment::Parameter(name) => Some((name, text)),
            }
        });
        let in_tail = std::iter::from_fn(|| match &self.tail {
            Tail::Rest(Some(name)) => Some((name, rest.get().unwrap_or_default())),
            Tail::End | Tail::Rest(None) => None,
        });
        in_segments
            .chain(in_tail.take(1))
            .map(|(name, text)| (Arc::clone(name), text))
            .collect()
    }
}

impl PathSegment {
    /// Whether it is a text, not a parameter.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Literal(wanted) => **wanted == *text,
            Self::Parameter(_) => !text.is_empty(),
        }
    }
}

/// What of `path` is still to be read before its first segment.
pub(super) fn remainder(path: &str) -> Option<&str> {
    path.strip_prefix('/')
}

/// The first segment of what remains of a path, and what remains after it.
pub(super) fn split_segment(text: &str) -> (&str, Option<&str>) {
    match text.split_once('/') {
        Some((segment, rest)) => (segment, Some(rest)),
        None => (text, None),
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            write!(f, "/{segment}")?;
        }
        match &self.tail {
            Tail::End => Ok(()),
            Tail::Rest(Some(name)) => write!(f, "/{{*{name}}}"),
            Tail::Rest(None) if self.segments.is_empty() => f.write_str("/"),
            Tail::Rest(None) => Ok(()),
        }
    }
}

impl fmt::Display for PathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Parameter(name) => write!(f, "{{{name}}}"),
        }
    }
}

impl Serialize for PathSegment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

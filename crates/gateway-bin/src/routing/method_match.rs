//! Which methods a route is for.

use std::fmt;

use gateway_core::head::Methods;
use http::Method;
use serde::{Serialize, Serializer};

/// Which methods a route is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MethodMatch {
    /// All that the gateway serves without being told to: neither CONNECT nor TRACE, nothing unknown.
    Usual,
    /// These.
    Named(MethodSet),
}

/// Some methods, in alphabetical order, shown as the value of `Allow`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MethodSet(Vec<Method>);

impl MethodMatch {
    /// Whether the route is for `method`.
    pub(super) fn matches(&self, method: &Method) -> bool {
        match self {
            Self::Usual => Methods::default().allow(method),
            Self::Named(set) => set.contains(method),
        }
    }

    /// The methods.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Method> {
        match self {
            Self::Usual => USUAL.iter(),
            Self::Named(set) => set.0.iter(),
        }
    }

    /// The methods that the file names.
    pub(super) fn named(&self) -> Option<&MethodSet> {
        match self {
            Self::Usual => None,
            Self::Named(set) => Some(set),
        }
    }

    /// Whether no method is in both.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        !self.iter().any(|method| other.matches(method))
    }
}

/// What [`Methods`] allows by default.
static USUAL: [Method; 7] = [
    Method::DELETE,
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::PATCH,
    Method::POST,
    Method::PUT,
];

impl MethodSet {
    /// Whether `method` is among them.
    pub fn contains(&self, method: &Method) -> bool {
        self.0.contains(method)
    }

    /// Adds `method`; false where it was there already.
    pub(super) fn insert(&mut self, method: &Method) -> bool {
        match self
            .0
            .binary_search_by(|known| known.as_str().cmp(method.as_str()))
        {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, method.clone());
                true
            }
        }
    }

    /// The methods.
    pub fn iter(&self) -> impl Iterator<Item = &Method> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for MethodSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(self.iter(), f)
    }
}

impl fmt::Display for MethodMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(self.iter(), f)
    }
}

fn list<'a>(methods: impl Iterator<Item = &'a Method>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (at, method) in methods.enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        write!(f, "{comma}{method}")?;
    }
    Ok(())
}

impl Serialize for MethodSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Method::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_methods_are_those_of_the_head_check() {
        for method in &USUAL {
            assert!(MethodMatch::Usual.matches(method));
        }
        for method in [
            Method::CONNECT,
            Method::TRACE,
            Method::from_bytes(b"PURGE").unwrap(),
        ] {
            assert!(!MethodMatch::Usual.matches(&method));
        }
    }

    #[test]
    fn a_set_is_sorted_and_shown_as_allow() {
        let mut set = MethodSet::default();
        assert!(set.insert(&Method::POST));
        assert!(set.insert(&Method::GET));
        assert!(!set.insert(&Method::POST));
        assert_eq!(set.to_string(), "GET, POST");
        assert!(set.contains(&Method::GET) && !set.contains(&Method::PUT));
    }
}

//! The variables an expression may read.

use super::kind::Kind;
use crate::facts::{ClientAddr, FactId, Identity, MatchedRoute, Scheme};

/// A top-level variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    Request,
    Client,
    Route,
    Path,
    Identity,
}

impl Namespace {
    pub(super) const NAMES: [&str; 5] = ["request", "client", "route", "path", "identity"];

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "request" => Self::Request,
            "client" => Self::Client,
            "route" => Self::Route,
            "path" => Self::Path,
            "identity" => Self::Identity,
            _ => return None,
        })
    }

    /// The members with the types of their values; `path` has those that the route's path names.
    pub(super) fn members(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Request => &[
                ("method", Kind::String),
                ("path", Kind::String),
                ("host", Kind::String),
                ("scheme", Kind::String),
                ("headers", Kind::Map),
                ("query", Kind::Map),
                ("cookies", Kind::Map),
            ],
            Self::Client => &[("address", Kind::String)],
            Self::Route => &[("name", Kind::String)],
            Self::Path => &[],
            Self::Identity => &[
                ("subject", Kind::String),
                ("consumer", Kind::String),
                ("groups", Kind::List),
                ("scopes", Kind::List),
                ("claims", Kind::Map),
                ("method", Kind::String),
            ],
        }
    }

    /// The type of a member's value, where the member is known.
    pub(super) fn kind(self, member: &str) -> Option<Kind> {
        if self == Self::Path {
            return Some(Kind::String);
        }
        let known = self.members().iter().find(|(name, _)| *name == member);
        known.map(|(_, kind)| *kind)
    }

    /// The fact that a member comes from; the others are read off the head of the request.
    pub(super) fn fact(self, member: &str) -> Option<FactId> {
        match self {
            Self::Request if member == "scheme" => Some(FactId::of::<Scheme>()),
            Self::Request => None,
            Self::Client => Some(FactId::of::<ClientAddr>()),
            Self::Route | Self::Path => Some(FactId::of::<MatchedRoute>()),
            Self::Identity => Some(FactId::of::<Identity>()),
        }
    }
}

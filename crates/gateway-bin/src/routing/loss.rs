//! Why a route was not chosen.

use std::fmt;

use http::request::Parts;
use serde::Serialize;

use super::conditions::Unmet;
use super::{Criterion, Field, HostPattern, PathMismatch, ValueTest};

/// Why a route was not chosen for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum Loss<'a> {
    /// It is for other hosts.
    Host {
        /// The host of the request.
        found: &'a str,
        /// The hosts of the route.
        wanted: &'a [HostPattern],
    },
    /// It is for other paths.
    Path {
        /// Where the path of the request leaves that of the route.
        mismatch: PathMismatch<'a>,
    },
    /// It is for other methods.
    Method {
        /// The method of the request.
        found: &'a str,
        /// The methods of the route.
        wanted: Vec<&'a str>,
    },
    /// It asks for a value that the request does not have.
    Field {
        /// The header, cookie or query parameter.
        field: &'a Field,
        /// The values in the request; `None` where they are secret.
        found: Option<Vec<String>>,
        /// What the route asks for.
        wanted: &'a ValueTest,
    },
    /// Its condition does not hold.
    When {
        /// The condition.
        expression: &'a str,
        /// Why it could not be evaluated, if that was it.
        error: Option<String>,
    },
    /// It fits, but another route that fits comes before it.
    Outranked {
        /// The route that was chosen.
        by: &'a str,
        /// What puts it first.
        criterion: Criterion,
    },
}

impl<'a> Loss<'a> {
    /// The loss for a condition that is not met.
    pub(super) fn unmet(unmet: Unmet<'a>, parts: &Parts) -> Self {
        match unmet {
            Unmet::Field(test) => {
                let mut values = Vec::new();
                test.field.any(parts, |value| {
                    values.push(String::from_utf8_lossy(value).into_owned());
                    false
                });
                let is_secret = test.field.is_secret(parts) && !values.is_empty();
                Self::Field {
                    field: &test.field,
                    found: (!is_secret).then_some(values),
                    wanted: &test.test,
                }
            }
            Unmet::When(condition, error) => Self::When {
                expression: condition.source(),
                error,
            },
        }
    }
}

impl fmt::Display for Loss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host { found, wanted } => {
                let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
                write!(f, "host is {found}, wanted {}", wanted.join(" or "))
            }
            Self::Path { mismatch } => mismatch.fmt(f),
            Self::Method { found, wanted } => {
                write!(f, "method {found} is not in {}", wanted.join(", "))
            }
            Self::Field {
                field,
                found,
                wanted,
            } => match found.as_deref() {
                None => write!(f, "{field} has another value, wanted {wanted}"),
                Some([]) => write!(f, "{field} is absent, wanted {wanted}"),
                Some(found) => write!(f, "{field} is `{}`, wanted {wanted}", found.join("`, `")),
            },
            Self::When {
                expression,
                error: None,
            } => write!(f, "`{expression}` is false"),
            Self::When {
                expression,
                error: Some(error),
            } => {
                write!(f, "`{expression}` cannot be evaluated: {error}")
            }
            Self::Outranked { by, criterion } => {
                write!(f, "matched, but `{by}` ranks before it: {criterion}")
            }
        }
    }
}

//! Why a value could not be deserialized.

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

use crate::config::node::NodeId;
use crate::config::unknown::instead;
use crate::config::{ConfigError, Diagnosis, Located, Node, Span, unknown_key, wording};

/// A failed attempt: what went wrong, where, and on the way through which values.
#[derive(Debug)]
pub(in crate::config) struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    problem: Problem,
    span: Option<Span>,
    related: Option<(Span, &'static str)>,
    trail: Vec<Step>,
}

/// A value on the way from the failure to the root, and its key where it is an entry of a table.
#[derive(Clone, Debug)]
pub(in crate::config) struct Step {
    pub(in crate::config) node: NodeId,
    pub(in crate::config) key: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug)]
pub(in crate::config) enum Problem {
    /// A value is wrong in itself.
    Value(Diagnosis),
    /// A table has a key that its type does not have.
    UnknownKey { key: String, known: Vec<String> },
    /// A name is none of those that can be chosen.
    UnknownName {
        name: String,
        known: &'static [&'static str],
    },
    /// A table lacks a key.
    MissingKey(&'static str),
}

impl Failure {
    pub(super) fn new(problem: Problem) -> Self {
        Self(Box::new(Inner {
            problem,
            span: None,
            related: None,
            trail: Vec::new(),
        }))
    }

    /// The failure leaves `node`, the value under `key` where that is in a table.
    pub(in crate::config) fn arose_at(mut self, node: &Node, key: Option<&str>) -> Self {
        let within = match &self.0.problem {
            Problem::Value(Diagnosis { within, .. }) => *within,
            _ => None,
        };
        // The whole file has no span of its own: an error about it has no caret.
        if self.0.span.is_none() && node.span() != Span::default() {
            self.0.span = Some(match within {
                Some((offset, len)) => node.within(offset, len),
                None => node.span(),
            });
        }
        self.0.trail.push(Step {
            node: node.id(),
            key: key.map(str::to_owned),
        });
        self
    }

    /// The failure is about the key at `span`; `beside` are keys that are known there, too.
    pub(super) fn about_key(mut self, span: Span, beside: &[&str]) -> Self {
        if let Problem::UnknownName { name, known } = &self.0.problem {
            self.0.problem = Problem::UnknownKey {
                key: name.clone(),
                known: known.iter().map(|&key| key.to_owned()).collect(),
            };
        }
        if let Problem::UnknownKey { known, .. } = &mut self.0.problem {
            known.extend(beside.iter().map(|&key| key.to_owned()));
        }
        self.at(span)
    }

    /// The failure is about `span`, whatever value it passes later.
    pub(super) fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// Another place has to do with it.
    pub(super) fn related(mut self, span: Span, label: &'static str) -> Self {
        self.0.related = Some((span, label));
        self
    }

    /// The values that the failure passed, the one that it is about first.
    pub(in crate::config) fn trail(&self) -> &[Step] {
        &self.0.trail
    }

    pub(in crate::config) fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// The finding to show.
    pub(in crate::config) fn into_finding(self) -> ConfigError {
        let Inner {
            problem,
            span,
            related,
            ..
        } = *self.0;
        let mut finding = match problem {
            Problem::Value(diagnosis) => diagnosis.into(),
            Problem::UnknownKey { key, known } => {
                unknown_key(&Located::from(key), known.iter().map(String::as_str))
            }
            Problem::UnknownName { name, known } => {
                let error = ConfigError::new(format!("unknown value {name:?}"));
                match instead(&name, known, "the values here are") {
                    Some(help) => error.help(help),
                    None => error,
                }
            }
            Problem::MissingKey(key) => {
                ConfigError::new(format!("missing key `{key}`")).label(format!("needs `{key}`"))
            }
        };
        if let Some((span, label)) = related {
            finding = finding.related(span, label);
        }
        match span {
            Some(span) => finding.at(span),
            None => finding,
        }
    }
}

impl From<Diagnosis> for Failure {
    fn from(diagnosis: Diagnosis) -> Self {
        Self::new(Problem::Value(diagnosis))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.problem {
            Problem::Value(diagnosis) => write!(f, "{diagnosis}"),
            Problem::UnknownKey { key, .. } => write!(f, "unknown key `{key}`"),
            Problem::UnknownName { name, .. } => write!(f, "unknown value {name:?}"),
            Problem::MissingKey(key) => write!(f, "missing key `{key}`"),
        }
    }
}

impl std::error::Error for Failure {}

impl Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        // A `Diagnosis` encodes itself in its alternate form.
        let mut diagnosis = Diagnosis::decode(&format!("{message:#}"));
        if let Some(message) = wording::plain(&diagnosis.message) {
            diagnosis.message = message;
        }
        diagnosis.into()
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let wanted = wording::wanted(expected);
        if found == Unexpected::Map && wanted == "enum" {
            // What serde's deserializer over a map says of an empty one.
            return Diagnosis::new("expected one key in this table, found none").into();
        }
        let message = format!("expected {wanted}, found {}", wording::unexpected(&found));
        let diagnosis = Diagnosis::new(message);
        match wording::notation(&found, &wanted) {
            Some(help) => diagnosis.help(help),
            None => diagnosis,
        }
        .into()
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(len: usize, expected: &dyn Expected) -> Self {
        let wanted = wording::wanted(expected);
        Diagnosis::new(format!("expected {wanted}, found {len}")).into()
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Problem::UnknownName {
            name: variant.to_owned(),
            known: expected,
        })
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Problem::UnknownKey {
            key: field.to_owned(),
            known: expected.iter().map(|&key| key.to_owned()).collect(),
        })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Problem::MissingKey(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Diagnosis::new(format!("`{field}` is given twice")).into()
    }
}

//! What a route asks of a request beyond host, path and method.

use gateway_core::expression::Condition;
use http::request::Parts;

use super::field_test::FieldTest;
use super::{Field, ValueTest};

/// What a route asks of a request beyond host, path and method.
#[derive(Debug)]
pub(super) struct Conditions {
    /// The cheapest first.
    fields: Box<[FieldTest]>,
    when: Option<Condition>,
}

/// The first condition that a request does not meet.
pub(super) enum Unmet<'a> {
    /// A condition on a named value.
    Field(&'a FieldTest),
    /// The CEL condition, and why it could not be evaluated, if that was it.
    When(&'a Condition, Option<String>),
}

impl Conditions {
    /// All of `fields` and `when`.
    pub(super) fn new(mut fields: Vec<FieldTest>, when: Option<Condition>) -> Self {
        fields.sort_by_key(|field| (field.test.is_regex(), field.field.is_query()));
        Self {
            fields: fields.into(),
            when,
        }
    }

    /// Whether the request meets all conditions.
    pub(super) fn check(&self, parts: &Parts) -> Result<(), Unmet<'_>> {
        if let Some(unmet) = self.fields.iter().find(|field| !field.holds(parts)) {
            return Err(Unmet::Field(unmet));
        }
        let Some(condition) = &self.when else {
            return Ok(());
        };
        match condition.evaluate(parts) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Unmet::When(condition, None)),
            Err(error) => Err(Unmet::When(condition, Some(error.to_string()))),
        }
    }

    /// Whether a request that meets `other` always meets these.
    pub(super) fn are_implied_by(&self, other: &Self) -> bool {
        let has = |field: &FieldTest| {
            other
                .fields
                .iter()
                .any(|theirs| field.is_implied_by(theirs))
        };
        let when = match (&self.when, &other.when) {
            (None, _) => true,
            (Some(ours), Some(theirs)) => ours == theirs,
            (Some(_), None) => false,
        };
        when && self.fields.iter().all(has)
    }

    /// Whether no request meets both, as far as the conditions on named values show it.
    pub(super) fn are_disjoint(&self, other: &Self) -> bool {
        let differs =
            |field: &FieldTest| other.fields.iter().any(|theirs| field.is_disjoint(theirs));
        self.fields.iter().any(differs)
    }

    /// The fields that must have a certain value.
    pub(super) fn exact_fields(&self) -> impl Iterator<Item = &Field> {
        let exact = |test: &&FieldTest| matches!(test.test, ValueTest::Exact(_));
        self.fields.iter().filter(exact).map(|test| &test.field)
    }

    /// The value that `field` must have, where only one will do.
    pub(super) fn exact_value(&self, field: &Field) -> Option<&str> {
        self.fields.iter().find_map(|test| match &test.test {
            ValueTest::Exact(value) if test.field == *field => Some(&**value),
            _ => None,
        })
    }

    /// How many conditions there are on headers and cookies.
    pub(super) fn header_count(&self) -> usize {
        self.fields.len() - self.query_count()
    }

    /// How many conditions there are on query parameters.
    pub(super) fn query_count(&self) -> usize {
        self.fields
            .iter()
            .filter(|field| field.field.is_query())
            .count()
    }

    /// The CEL condition.
    pub(super) fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }
}

//! One condition on a named value.

use http::request::Parts;

use super::{Field, ValueTest};

/// One condition on a header, cookie or query parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldTest {
    pub(super) field: Field,
    pub(super) test: ValueTest,
}

impl FieldTest {
    /// Whether the request meets the condition.
    pub(super) fn holds(&self, parts: &Parts) -> bool {
        let found = self.field.any(parts, |value| self.test.accepts(value));
        found != matches!(self.test, ValueTest::Absent)
    }

    /// Whether a request that meets `other` always meets this.
    pub(super) fn is_implied_by(&self, other: &Self) -> bool {
        self.field == other.field && self.test.is_implied_by(&other.test)
    }

    /// Whether no request meets both, as long as it has the field at most once.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.field == other.field && self.test.is_disjoint(&other.test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_occurrence_that_fits_is_enough() {
        let (parts, ()) = http::Request::builder()
            .uri("/?a=1&a=2&b")
            .body(())
            .unwrap()
            .into_parts();
        for (name, test, holds) in [
            ("a", ValueTest::Exact("2".into()), true),
            ("a", ValueTest::Exact("3".into()), false),
            ("a", ValueTest::Present, true),
            ("a", ValueTest::Absent, false),
            ("b", ValueTest::Exact("".into()), true),
            ("c", ValueTest::Present, false),
            ("c", ValueTest::Absent, true),
        ] {
            let field = Field::Query(name.into());
            assert_eq!(
                FieldTest {
                    field,
                    test: test.clone()
                }
                .holds(&parts),
                holds,
                "{name} {test}"
            );
        }
    }
}

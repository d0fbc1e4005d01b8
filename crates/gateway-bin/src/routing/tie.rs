//! Routes of equal rank that can match the same request.

use std::cmp::Ordering;

use gateway_core::config::{ConfigError, ConfigErrors};
use rustc_hash::{FxHashMap, FxHashSet};

use super::order::{Rule, compare};
use super::path_template::PathSegment;
use super::{Field, HostPattern, PathPattern};

/// Adds an error for each route that ties with one before it in the file, and hands out their numbers.
/// `rules` are in their order.
pub(super) fn find(rules: &[Rule<'_>], errors: &mut ConfigErrors) -> FxHashSet<usize> {
    let mut tied = FxHashSet::default();
    for equals in rules.chunk_by(|a, b| compare(a, b).0 == Ordering::Equal) {
        // Two patterns of equal rank that differ here have no request in common.
        let mut groups: FxHashMap<(&HostPattern, Shape<'_>), Vec<&Rule<'_>>> = FxHashMap::default();
        for rule in equals {
            groups
                .entry((rule.host, Shape::of(&rule.pattern.path)))
                .or_default()
                .push(rule);
        }
        for group in groups.values().filter(|group| group.len() > 1) {
            find_in_group(group, &mut tied, errors);
        }
    }
    tied
}

/// Compares all rules of a group with each other, but for those with different values of one field, such as
/// a header that names the tenant.
fn find_in_group(group: &[&Rule<'_>], tied: &mut FxHashSet<usize>, errors: &mut ConfigErrors) {
    let field = most_frequent(
        group
            .iter()
            .flat_map(|rule| rule.pattern.conditions.exact_fields()),
    );
    let mut known: FxHashMap<Option<&str>, Vec<&Rule<'_>>> = FxHashMap::default();
    for rule in group {
        let value = field.and_then(|field| rule.pattern.conditions.exact_value(field));
        let others: Vec<&Vec<&Rule<'_>>> = match value {
            None => known.values().collect(),
            Some(_) => [value, None]
                .iter()
                .filter_map(|value| known.get(value))
                .collect(),
        };
        let mut others = others.into_iter().flatten();
        if !tied.contains(&rule.route)
            && let Some(other) = others.find(|other| overlap(other, rule))
        {
            tied.insert(rule.route);
            errors.push(error(other, rule));
        }
        known.entry(value).or_default().push(rule);
    }
}

fn most_frequent<'a>(fields: impl Iterator<Item = &'a Field>) -> Option<&'a Field> {
    let mut counts: FxHashMap<&Field, usize> = FxHashMap::default();
    for field in fields {
        *counts.entry(field).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(field, _)| field)
}

/// What two path patterns of equal rank have in common if a path can match both.
#[derive(PartialEq, Eq, Hash)]
enum Shape<'a> {
    Exact(&'a str),
    /// The literals; parameters are `None`.
    Template(Vec<Option<&'a str>>),
    Regex,
}

impl<'a> Shape<'a> {
    fn of(path: &'a PathPattern) -> Self {
        let literal = |segment: &'a PathSegment| match segment {
            PathSegment::Literal(text) => Some(&**text),
            PathSegment::Parameter(_) => None,
        };
        match path {
            PathPattern::Exact(path) => Self::Exact(path),
            PathPattern::Template(template) => {
                Self::Template(template.segments.iter().map(literal).collect())
            }
            PathPattern::Regex(_) => Self::Regex,
        }
    }
}

/// Whether a request could match both rules, which have the same host and shape.
fn overlap(a: &Rule<'_>, b: &Rule<'_>) -> bool {
    let (a, b) = (a.pattern, b.pattern);
    let disjoint_paths = match (&a.path, &b.path) {
        (PathPattern::Regex(a), PathPattern::Regex(b)) => a.is_disjoint(b),
        _ => false,
    };
    !disjoint_paths
        && !a.methods.is_disjoint(&b.methods)
        && !a.conditions.are_disjoint(&b.conditions)
}

fn error(first: &Rule<'_>, second: &Rule<'_>) -> ConfigError {
    let (a, b) = (first.name, second.name);
    ConfigError::new(format!("the routes `{a}` and `{b}` tie"))
        .at(second.span)
        .label("nothing decides between this one …")
        .related(first.span, "… and this one")
        .help("give one of them a `priority`, or tell them apart by host, path, methods, headers or query")
}

#[cfg(test)]
mod tests {
    use crate::routing::testing::{headlines, routes, table};

    #[test]
    fn routes_of_equal_rank_that_can_meet_tie() {
        for matches in [
            ["path = '/a'", "path = '/a'"],
            ["path = '/a/{x}'", "path = '/a/{y}'"],
            ["path = '/a/{*x}'", "path = { prefix = '/a' }"],
            ["path = { prefix = '/a/' }", "path = { prefix = '/a' }"],
            ["host = ['a.b', 'c.d']", "host = ['c.d', 'e.f']"],
            [
                "path = { regex = '/a/[0-9]' }",
                "path = { regex = '/a/[a-z]' }",
            ],
            ["methods = ['GET', 'PUT']", "methods = ['PUT', 'POST']"],
            ["headers = { x = '1' }", "headers = { y = '1' }"],
            ["headers = { x = '1' }", "cookies = { x = '1' }"],
            [
                "headers = { x = '1' }",
                "headers = { x = { regex = '[0-9]' } }",
            ],
            [
                "query = { x = { regex = 'a.' } }",
                "query = { x = { regex = '.b' } }",
            ],
            [
                "when = 'request.method == \"A\"'",
                "when = 'request.method == \"B\"'",
            ],
            ["path = '/a'; priority = 3", "path = '/a'; priority = 3"],
        ] {
            let shown = table(&routes(matches)).unwrap_err();
            assert_eq!(
                headlines(&shown),
                ["the routes `r0` and `r1` tie"],
                "{matches:?}"
            );
        }
    }

    #[test]
    fn routes_that_are_provably_disjoint_do_not_tie() {
        for matches in [
            ["path = '/a'", "path = '/b'"],
            ["path = '/a/{x}'", "path = '/b/{x}'"],
            ["path = '/a/{x}'", "path = '/a/{x}/'"],
            ["path = '/a/{*x}'", "path = '/b/{*x}'"],
            [
                "path = { regex = '/a/[0-9]' }",
                "path = { regex = '/b/[0-9]' }",
            ],
            ["host = 'a.b'", "host = 'c.d'"],
            ["host = '*.b'", "host = '*.d'"],
            ["methods = ['GET', 'PUT']", "methods = ['POST']"],
            ["headers = { x = '1' }", "headers = { X = '2' }"],
            [
                "headers = { x = { present = true } }",
                "headers = { x = { present = false } }",
            ],
            [
                "cookies = { x = '1' }",
                "cookies = { x = { regex = '[2-9]' } }",
            ],
            [
                "query = { x = { regex = 'a.*' } }",
                "query = { x = { regex = 'b.*' } }",
            ],
            [
                "path = '/a'; priority = 3",
                "path = '/a', methods = ['GET']; priority = 4",
            ],
        ] {
            assert!(table(&routes(matches)).is_ok(), "{matches:?}");
        }
    }

    #[test]
    fn each_tie_is_shown_once_with_both_places() {
        let shown = table(&routes([
            "host = ['a.b', 'c.d'], path = '/'",
            "host = ['c.d', 'a.b'], path = '/'",
        ]));
        assert_eq!(
            shown.unwrap_err(),
            "\
error: the routes `r0` and `r1` tie
 --> gateway.toml:6:8
  |
2 | name = 'r0'
  |        ---- … and this one
...
6 | name = 'r1'
  |        ^^^^ nothing decides between this one …
  |
  = help: give one of them a `priority`, or tell them apart by host, path, methods, headers or query
"
        );
    }
}

//! The total order of routes.

use std::cmp::{Ordering, Reverse};

use gateway_core::config::Span;

use super::path_template::PathSegment;
use super::{Criterion, HostPattern, PathPattern, Pattern};

/// A route with one of its hosts: what is put in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule<'a> {
    /// The number of the route in the file.
    pub(super) route: usize,
    /// The number of the host in the route.
    pub(super) host_number: usize,
    pub(super) name: &'a str,
    pub(super) span: Span,
    pub(super) priority: i32,
    pub(super) host: &'a HostPattern,
    pub(super) pattern: &'a Pattern,
}

/// Which of two rules comes first, and by what; `Equal` for equal ranks.
pub(super) fn compare(a: &Rule<'_>, b: &Rule<'_>) -> (Ordering, Criterion) {
    let (x, y) = (&a.pattern.conditions, &b.pattern.conditions);
    more(a.priority, b.priority, |first, second| {
        Criterion::Priority { first, second }
    })
    .or_else(|| {
        let (a, b) = (a.host.kind(), b.host.kind());
        less(a, b, |first, second| Criterion::Host { first, second })
    })
    .or_else(|| path(&a.pattern.path, &b.pattern.path))
    .or_else(|| {
        let names = |rule: &Rule<'_>| rule.pattern.methods.named().is_some();
        more(names(a), names(b), |_, _| Criterion::Methods)
    })
    .or_else(|| {
        let counts = (x.header_count(), y.header_count());
        more(counts.0, counts.1, |first, second| Criterion::Headers {
            first,
            second,
        })
    })
    .or_else(|| {
        let counts = (x.query_count(), y.query_count());
        more(counts.0, counts.1, |first, second| Criterion::Query {
            first,
            second,
        })
    })
    .or_else(|| {
        more(x.when().is_some(), y.when().is_some(), |_, _| {
            Criterion::When
        })
    })
    .unwrap_or((Ordering::Equal, Criterion::File))
}

type Decision = Option<(Ordering, Criterion)>;

fn path(a: &PathPattern, b: &PathPattern) -> Decision {
    less(a.kind(), b.kind(), |first, second| Criterion::PathKind {
        first,
        second,
    })
    .or_else(|| match (a, b) {
        (PathPattern::Regex(a), PathPattern::Regex(b)) => {
            more(a.length(), b.length(), |first, second| {
                Criterion::RegexLength { first, second }
            })
        }
        _ => segments(a.segments(), b.segments()),
    })
}

fn segments(a: &[PathSegment], b: &[PathSegment]) -> Decision {
    more(a.len(), b.len(), |first, second| Criterion::Segments {
        first,
        second,
    })
    .or_else(|| {
        (1..).zip(a.iter().zip(b)).find_map(|(segment, (a, b))| {
            more(a.is_literal(), b.is_literal(), |_, _| Criterion::Literal {
                segment,
            })
        })
    })
}

/// The lesser comes first.
fn less<K: Ord + Copy>(a: K, b: K, criterion: impl Fn(K, K) -> Criterion) -> Decision {
    match a.cmp(&b) {
        Ordering::Less => Some((Ordering::Less, criterion(a, b))),
        Ordering::Greater => Some((Ordering::Greater, criterion(b, a))),
        Ordering::Equal => None,
    }
}

/// The greater comes first.
fn more<K: Ord + Copy>(a: K, b: K, criterion: impl Fn(K, K) -> Criterion) -> Decision {
    less(Reverse(a), Reverse(b), |a, b| criterion(a.0, b.0))
}

#[cfg(test)]
mod tests {
    use crate::routing::testing::{request, routes, table};

    /// Each of `matches` wins before all that follow it, wherever they stand in the file.
    fn ordered(matches: &[&str]) {
        for reversed in [false, true] {
            let mut texts = matches.to_vec();
            if reversed {
                texts.reverse();
            }
            let table = table(&routes(&texts)).unwrap();
            let mut names: Vec<String> = table.rules().map(|rule| rule.name.to_owned()).collect();
            if reversed {
                names.reverse();
            }
            let expected: Vec<String> = (0..matches.len()).map(|at| format!("r{at}")).collect();
            assert_eq!(names, expected, "{texts:#?}");
        }
    }

    #[test]
    fn priority_comes_first() {
        ordered(&[
            "methods = ['TRACE']; priority = 2",
            "path = '/a', methods = ['GET']; priority = 1",
            "host = 'a.b', path = '/a', methods = ['GET', 'PUT']",
            "methods = ['POST']; priority = -1",
        ]);
    }

    #[test]
    fn the_more_precise_host_comes_first() {
        ordered(&[
            "host = 'a.example.com'",
            "host = '*.example.com', path = '/a/b/c'",
            "path = '/a', headers = { x = 'y' }",
        ]);
    }

    #[test]
    fn the_more_precise_path_comes_first() {
        ordered(&[
            "path = '/a/b'",
            "path = '/a/b/{x}/d'",
            "path = '/a/{x}/c/{y}'",
            "path = '/a/{x}/{y}/d'",
            "path = '/{x}/b/c/d'",
            "path = '/a/{x}'",
            "path = '/{x}/b'",
            "path = { regex = '/a/[0-9]+' }",
            "path = { regex = '/a/.*' }",
            "path = '/a/b/{*rest}'",
            "path = '/a/{x}/{*rest}'",
            "path = { prefix = '/a' }",
            "path = '/{x}/{*rest}'",
            "path = '/{*rest}'",
        ]);
    }

    #[test]
    fn conditions_come_last_in_the_order_of_the_gateway_api() {
        ordered(&[
            "path = '/a', methods = ['GET']",
            "path = '/a', headers = { x = '1', y = '1' }, cookies = { z = '1' }",
            "path = '/a', headers = { x = '1' }, cookies = { z = '1' }",
            "path = '/a', headers = { x = '1' }, query = { a = '1' }",
            "path = '/a', headers = { x = '1' }",
            "path = '/a', query = { a = '1', b = { present = true } }, when = 'true'",
            "path = '/a', query = { a = '1', b = { present = true } }",
            "path = '/a', when = 'request.method != \"PUT\"'",
            "path = '/a'",
        ]);
    }

    #[test]
    fn a_repeated_value_that_meets_two_routes_goes_to_the_first_in_the_file() {
        let matches = ["headers = { x = '1' }", "headers = { x = '2' }"];
        let table = table(&routes(matches)).unwrap();
        let parts = request("GET", "/", &[("x", "2"), ("x", "1")]);
        assert_eq!(&*table.find(&parts, "h").unwrap().entry.name, "r0");
    }
}

//! The search, the proofs and the explanation beside the simplest thing that could be right: trying every rule
//! in its order.

use std::cmp::Ordering;

use gateway_core::config::ConfigErrors;
use http::request::Parts;

use super::order::{Rule, compare};
use super::testing::{entries, request, routes};
use super::{MethodSet, RouteTable, tie, unreachable};

/// A small generator of numbers; the seed is fixed, so that a failure can be repeated.
struct Lcg(u64);

impl Lcg {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        from[(self.0 >> 33) as usize % from.len()]
    }
}

const PATHS: [&str; 18] = [
    "",
    "'/'",
    "'/a'",
    "'/a/'",
    "'/a/b'",
    "'/{x}'",
    "'/{x}/'",
    "'/a/{x}'",
    "'/{x}/b'",
    "'/{x}/{y}'",
    "'/a/{*r}'",
    "'/{x}/{*r}'",
    "'/a/b/{*r}'",
    "{ prefix = '/b' }",
    "{ regex = '/[ab]' }",
    "{ regex = '/a/.*' }",
    "{ regex = '/[ab](/b)?' }",
    "{ regex = '/b/.*' }",
];

fn random_route(numbers: &mut Lcg) -> String {
    let value = |key: &str, value: &str| match value {
        "" => String::new(),
        value => format!("{key} = {value}"),
    };
    let table = |key: &str, name: &str, test: &str| match test {
        "" => String::new(),
        test => format!("{key} = {{ {name} = {test} }}"),
    };
    let test = |numbers: &mut Lcg| {
        let tests = [
            "'1'",
            "'2'",
            "{ present = true }",
            "{ present = false }",
            "{ regex = '[12]' }",
        ];
        if numbers.pick(&["", "", "", "test"]).is_empty() {
            ""
        } else {
            numbers.pick(&tests)
        }
    };
    let hosts = [
        "",
        "",
        "'a.x'",
        "'b.x'",
        "'*.x'",
        "['a.x', 'c']",
        "['c', '*.x']",
    ];
    let methods = ["", "", "['GET']", "['PUT', 'TRACE']", "['GET', 'PUT']"];
    let parts = [
        value("host", numbers.pick(&hosts)),
        value("path", numbers.pick(&PATHS)),
        value("methods", numbers.pick(&methods)),
        table("headers", "x", test(numbers)),
        table("query", "q", test(numbers)),
        table("cookies", "c", test(numbers)),
        value(
            "when",
            numbers.pick(&["", "", "", "", "'request.method != \"PUT\"'"]),
        ),
    ];
    let present: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!(
        "{}; priority = {}",
        present.join(", "),
        numbers.pick(&["0", "0", "0", "1", "2"])
    )
}

fn random_request(numbers: &mut Lcg) -> (Parts, &'static str) {
    let path = numbers.pick(&[
        "/", "/a", "/b", "/a/", "/a/b", "/b/b", "/b/", "/a/b/c", "/c/b/", "/c",
    ]);
    let query = numbers.pick(&["", "?q=1", "?q=2", "?q", "?p=1"]);
    let mut headers = Vec::new();
    for (name, values) in [("x", ["", "1", "2"]), ("cookie", ["", "c=1", "c=2"])] {
        let value = numbers.pick(&values);
        if !value.is_empty() {
            headers.push((name, value));
        }
    }
    let method = numbers.pick(&["GET", "GET", "PUT", "POST", "TRACE"]);
    let parts = request(method, &format!("{path}{query}"), &headers);
    (parts, numbers.pick(&["a.x", "b.x", "c", "d", "x", ""]))
}

/// The index, the proofs of ties and of unreachable routes, and the explanation agree with what trying
/// one rule after the other finds.
#[test]
fn trying_every_rule_in_order_gives_the_same() {
    let mut numbers = Lcg(20_240_229);
    let (mut matches, mut ties, mut dead) = (0, 0, 0);
    for _ in 0..100 {
        let text = routes(
            (0..20)
                .map(|_| random_route(&mut numbers))
                .collect::<Vec<_>>(),
        );
        let table = RouteTable::arrange(entries(&text).unwrap());
        let rules: Vec<Rule<'_>> = table.rules().collect();
        let mut errors = ConfigErrors::new();
        let tied = tie::find(&rules, &mut errors);
        unreachable::find(&rules, &table.index, &tied, &mut errors);
        let unreachable = |name: &str| {
            let message = format!("the route `{name}` can never match");
            errors.iter().any(|error| error.message() == message)
        };
        dead += errors.iter().count() - tied.len();
        ties += tied.len();
        for _ in 0..80 {
            let (parts, host) = random_request(&mut numbers);
            let fits: Vec<&Rule<'_>> = rules
                .iter()
                .filter(|rule| rule.host.matches(host) && rule.pattern.check(&parts, host).is_ok())
                .collect();
            let best = fits.first().map(|rule| rule.name);
            let found = table.find(&parts, host).map(|found| &*found.entry.name);
            assert_eq!(found, best, "{host} {parts:?}\n{text}");
            let verdicts = table.explain(&parts, host);
            let chosen = verdicts.iter().find(|verdict| verdict.loss.is_none());
            assert_eq!(
                chosen.map(|verdict| verdict.route),
                best,
                "{host} {parts:?}\n{text}"
            );
            assert_eq!(verdicts.len(), 20);
            assert!(
                best.is_none_or(|name| !unreachable(name)),
                "{host} {parts:?}\n{text}"
            );
            for pair in fits.windows(2) {
                let tie = compare(pair[0], pair[1]).0 == Ordering::Equal;
                let later = pair[0].route.max(pair[1].route);
                assert!(!tie || tied.contains(&later), "{host} {parts:?}\n{text}");
            }
            let otherwise = rules.iter().filter(|rule| {
                rule.host.matches(host)
                    && rule.pattern.path.check(parts.uri.path()).is_ok()
                    && rule.pattern.conditions.check(&parts).is_ok()
            });
            let mut allowed = MethodSet::default();
            for method in otherwise.flat_map(|rule| rule.pattern.methods.iter()) {
                allowed.insert(method);
            }
            assert_eq!(
                table.allowed_methods(&parts, host),
                allowed,
                "{host} {parts:?}\n{text}"
            );
            matches += usize::from(best.is_some());
        }
    }
    assert!(
        matches > 4_000 && ties > 10 && dead > 100,
        "{matches} {ties} {dead}"
    );
}

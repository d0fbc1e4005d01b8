//! Why one route was chosen and the others were not.

use std::fmt;

use http::request::Parts;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::order::{Rule, compare};
use super::{Loss, RouteTable};

/// What became of one route for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict<'a> {
    /// The name of the route.
    pub route: &'a str,
    /// Why it was not chosen; `None` for the one that was.
    pub loss: Option<Loss<'a>>,
}

impl<T> RouteTable<T> {
    /// What became of every route for a request, the best rank first. `host` is as for
    /// [`find`](Self::find).
    pub fn explain<'a>(&'a self, parts: &'a Parts, host: &'a str) -> Vec<Verdict<'a>> {
        // A route with several hosts stands where the host of the request puts it.
        let mut place: FxHashMap<usize, usize> = FxHashMap::default();
        for rule in self.rules() {
            let place = place.entry(rule.route).or_insert(rule.host_number);
            if !self.entries()[rule.route].pattern.hosts[*place].matches(host)
                && rule.host.matches(host)
            {
                *place = rule.host_number;
            }
        }
        let mut winner: Option<Rule<'a>> = None;
        let here = self
            .rules()
            .filter(|rule| place[&rule.route] == rule.host_number);
        here.map(|rule| {
            let loss = match (rule.pattern.check(parts, host), winner) {
                (Err(loss), _) => Some(loss),
                (Ok(()), Some(winner)) => Some(Loss::Outranked {
                    by: winner.name,
                    criterion: compare(&winner, &rule).1,
                }),
                (Ok(()), None) => {
                    winner = Some(rule);
                    None
                }
            };
            Verdict {
                route: rule.name,
                loss,
            }
        })
        .collect()
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.loss {
            None => write!(f, "{}: chosen", self.route),
            Some(loss) => write!(f, "{}: {loss}", self.route),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::routing::testing::{request, routes, table};

    const MATCHES: [&str; 9] = [
        "host = ['b.c', '*.example.com'], path = '/v1/orders'",
        "host = 'api.example.com', path = '/v1/orders/{id}'",
        "host = 'api.example.com', path = '/v1/orders/{*rest}', methods = ['POST', 'PUT']",
        "host = 'api.example.com', path = '/v1/{*rest}', headers = { x-canary = 'yes' }",
        "host = 'api.example.com', path = '/v1/{*rest}', cookies = { beta = '1', z = { present = false } }",
        "host = 'api.example.com', path = '/v1/{*rest}', query = { v = { regex = '[0-9]+' } }",
        "host = 'api.example.com', path = '/v1/{*rest}', when = 'request.headers[\"x\"] == \"y\"'",
        "host = 'api.example.com', path = '/v1/{*rest}'",
        "; priority = -1",
    ];

    #[test]
    fn every_route_has_its_reason() {
        let table = table(&routes(MATCHES)).unwrap();
        let parts = request("GET", "/v1/orders?v=x&v=y", &[("cookie", "beta=2")]);
        let verdicts = table.explain(&parts, "api.example.com");
        let shown: Vec<String> = verdicts.iter().map(ToString::to_string).collect();
        let expected = [
            "r1: path: there is no segment 3, wanted `{id}`",
            "r2: method GET is not in POST, PUT",
            "r4: cookie beta has another value, wanted `1`",
            "r3: header x-canary is absent, wanted `yes`",
            "r5: query parameter v is `x`, `y`, wanted a match of `[0-9]+`",
            "r6: `request.headers[\"x\"] == \"y\"` cannot be evaluated: `x` is not there",
            "r7: chosen",
            "r0: matched, but `r7` ranks before it: exact host before wildcard host",
            "r8: matched, but `r7` ranks before it: priority 0 before -1",
        ];
        assert_eq!(shown, expected);
        assert_eq!(
            serde_json::to_value(&verdicts[3]).unwrap(),
            serde_json::json!({
                "route": "r3",
                "loss": {
                    "because": "field",
                    "field": { "header": "x-canary" },
                    "found": [],
                    "wanted": { "exact": "yes" },
                },
            })
        );
    }

    #[test]
    fn a_route_with_several_hosts_stands_where_the_host_puts_it() {
        let table = table(&routes([
            "host = ['a.b', '*.c']",
            "host = '*.d', path = '/y'",
        ]))
        .unwrap();
        let parts = request("GET", "/y", &[]);
        let names = |host| -> Vec<&str> {
            table
                .explain(&parts, host)
                .iter()
                .map(|verdict| verdict.route)
                .collect()
        };
        assert_eq!(names("a.b"), ["r0", "r1"]);
        assert_eq!(names("x.c"), ["r1", "r0"]);
        assert_eq!(names("none"), ["r0", "r1"]);
    }
}

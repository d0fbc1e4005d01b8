//! All routes, and the one for a request.

use gateway_core::config::ConfigErrors;
use gateway_core::facts::PathParameters;
use http::Method;
use http::request::Parts;

use super::candidates::{Candidates, Rank};
use super::host_index::HostIndex;
use super::order::{self, Rule};
use super::{MethodSet, RouteEntry, tie, unreachable};

/// All routes, ready to find the one for a request.
#[derive(Debug)]
pub struct RouteTable<T> {
    /// In the order of the file.
    entries: Box<[RouteEntry<T>]>,
    /// The best rank first.
    ranked: Box<[Ranked]>,
    pub(super) index: HostIndex,
}

/// A route and one of its hosts, by their numbers.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    route: usize,
    host: usize,
}

/// The route that was found for a request.
#[derive(Debug)]
pub struct Match<'t, T> {
    /// The route.
    pub entry: &'t RouteEntry<T>,
    /// What its path pattern caught.
    pub parameters: PathParameters,
}

impl<T> RouteTable<T> {
    /// Puts `entries`, which stand in the order of the file, into their [order](super).
    ///
    /// # Errors
    /// All ties and all routes that can never match.
    pub fn build(entries: Vec<RouteEntry<T>>) -> Result<Self, ConfigErrors> {
        let table = Self::arrange(entries);
        let mut errors = ConfigErrors::new();
        let rules: Vec<Rule<'_>> = table.rules().collect();
        let tied = tie::find(&rules, &mut errors);
        unreachable::find(&rules, &table.index, &tied, &mut errors);
        errors.or(table)
    }

    /// Puts `entries` into their order, whatever is wrong with them.
    pub(super) fn arrange(mut entries: Vec<RouteEntry<T>>) -> Self {
        let mut rules: Vec<Rule<'_>> = entries.iter().enumerate().flat_map(rules_of).collect();
        rules.sort_by(|a, b| order::compare(a, b).0);
        let ranked: Box<[Ranked]> = rules
            .iter()
            .map(|rule| Ranked {
                route: rule.route,
                host: rule.host_number,
            })
            .collect();
        let mut index = HostIndex::default();
        for (rank, Ranked { route, host }) in ranked.iter().enumerate() {
            let pattern = &mut entries[*route].pattern;
            // What one search reads was read from the file with much else between. Where there are many
            // routes, putting it together saves a third of the time of a search.
            pattern.path = pattern.path.compact();
            index.insert(&pattern.hosts[*host], &pattern.path, rank);
        }
        Self {
            entries: entries.into(),
            ranked,
            index,
        }
    }

    /// The best route for a request. `host` is canonical, as [`Authority::host`] gives it, or empty where
    /// the client named none; the path is canonical too.
    ///
    /// [`Authority::host`]: gateway_core::head::Authority::host
    pub fn find(&self, parts: &Parts, host: &str) -> Option<Match<'_, T>> {
        let path = parts.uri.path();
        let mut best = Best {
            table: self,
            parts,
            rank: self.ranked.len(),
        };
        self.index.matching(host, path, &mut best);
        let entry = &self.entries[self.ranked.get(best.rank)?.route];
        let parameters = entry.pattern.path.parameters(path);
        Some(Match { entry, parameters })
    }

    /// The methods for which there are routes that a request would match but for its method: the value of
    /// `Allow` where [`find`](Self::find) found nothing. Without any, nothing is there.
    pub fn allowed_methods(&self, parts: &Parts, host: &str) -> MethodSet {
        let mut allowed = Allowed {
            table: self,
            parts,
            methods: MethodSet::default(),
        };
        self.index.matching(host, parts.uri.path(), &mut allowed);
        allowed.methods
    }

    /// All routes, in the order of the file.
    pub fn entries(&self) -> &[RouteEntry<T>] {
        &self.entries
    }

    /// All methods that routes name, with repetitions.
    pub fn named_methods(&self) -> impl Iterator<Item = &Method> {
        let sets = self
            .entries
            .iter()
            .filter_map(|entry| entry.pattern.methods());
        sets.flat_map(MethodSet::iter)
    }

    /// The rules, best first.
    pub(super) fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        self.ranked
            .iter()
            .map(|ranked| rule(ranked.route, &self.entries[ranked.route], ranked.host))
    }
}

fn rules_of<T>((route, entry): (usize, &RouteEntry<T>)) -> impl Iterator<Item = Rule<'_>> {
    (0..entry.pattern.hosts.len()).map(move |host| rule(route, entry, host))
}

fn rule<T>(route: usize, entry: &RouteEntry<T>, host_number: usize) -> Rule<'_> {
    Rule {
        route,
        host_number,
        name: &entry.name,
        span: entry.span,
        priority: entry.priority,
        host: &entry.pattern.hosts[host_number],
        pattern: &entry.pattern,
    }
}

/// Finds the best rule that a request meets.
struct Best<'a, T> {
    table: &'a RouteTable<T>,
    parts: &'a Parts,
    rank: Rank,
}

impl<T> Candidates for Best<'_, T> {
    fn limit(&self) -> Rank {
        self.rank
    }

    fn offer(&mut self, rank: Rank) {
        let route = self.table.ranked[rank].route;
        if self.table.entries[route].pattern.meets(self.parts) {
            self.rank = rank;
        }
    }
}

/// Collects the methods of the rules that a request meets otherwise.
struct Allowed<'a, T> {
    table: &'a RouteTable<T>,
    parts: &'a Parts,
    methods: MethodSet,
}

impl<T> Candidates for Allowed<'_, T> {
    fn limit(&self) -> Rank {
        Rank::MAX
    }

    fn offer(&mut self, rank: Rank) {
        let pattern = &self.table.entries[self.table.ranked[rank].route].pattern;
        if pattern.conditions.check(self.parts).is_ok() {
            for method in pattern.methods.iter() {
                self.methods.insert(method);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::testing::{request, routes, table};

    fn found(table: &RouteTable<()>, parts: &Parts, host: &str) -> Option<String> {
        let found = table.find(parts, host)?;
        let mut text = found.entry.name.to_string();
        for (name, value) in found.parameters.iter() {
            text.push_str(&format!(" {name}={value}"));
        }
        Some(text)
    }

    #[test]
    fn the_best_match_comes_with_its_parameters() {
        let table = table(&routes([
            "host = 'api.example.com', path = '/v1/orders/{id}'",
            "host = 'api.example.com', path = '/v1/orders/{id}', headers = { x = '1' }",
            "host = '*.example.com', path = '/v1/{*rest}'",
            "path = { regex = '/v(?<version>[0-9]+)/.*' }",
            "path = '/v9/maintenance', methods = ['GET']; priority = 1",
            "host = 'api.example.com', path = '/v9/{*rest}'",
        ]))
        .unwrap();
        for (host, path, headers, route) in [
            ("api.example.com", "/v1/orders/7", &[][..], Some("r0 id=7")),
            (
                "api.example.com",
                "/v1/orders/7",
                &[("x", "1")],
                Some("r1 id=7"),
            ),
            ("api.example.com", "/v1/orders", &[], Some("r2 rest=orders")),
            ("www.example.com", "/v1", &[], Some("r2 rest=")),
            ("example.com", "/v1/a", &[], Some("r3 version=1")),
            ("", "/v2/", &[], Some("r3 version=2")),
            ("api.example.com", "/v9/maintenance", &[], Some("r4")),
            ("api.example.com", "/v9/x", &[], Some("r5 rest=x")),
            ("example.com", "/", &[], None),
        ] {
            let parts = request("GET", path, headers);
            assert_eq!(
                found(&table, &parts, host).as_deref(),
                route,
                "{host}{path}"
            );
        }
    }

    #[test]
    fn only_the_method_was_wrong() {
        let table = table(&routes([
            "path = '/a', methods = ['POST', 'GET']",
            "path = '/{x}', methods = ['PURGE']",
            "path = '/{x}', headers = { x = '1' }",
            "host = 'a.b', path = '/b'",
        ]))
        .unwrap();
        for (path, headers, allowed) in [
            ("/a", &[][..], "GET, POST, PURGE"),
            ("/x", &[], "PURGE"),
            (
                "/x",
                &[("x", "1")],
                "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PURGE, PUT",
            ),
            ("/", &[], ""),
        ] {
            let parts = request("TRACE", path, headers);
            assert!(table.find(&parts, "h").is_none());
            assert_eq!(
                table.allowed_methods(&parts, "h").to_string(),
                allowed,
                "{path}"
            );
        }
        let mut named: Vec<&str> = table.named_methods().map(Method::as_str).collect();
        named.sort_unstable();
        assert_eq!(named, ["GET", "POST", "PURGE"]);
    }
}

//! Routes that can never match.

use gateway_core::config::{ConfigError, ConfigErrors};
use rustc_hash::{FxHashMap, FxHashSet};

use super::MethodSet;
use super::candidates::{Candidates, Rank};
use super::host_index::HostIndex;
use super::order::{Rule, compare};

/// Adds an error for each route all of whose requests are taken by routes that rank before it, as far as
/// that can be proved. `rules` are in their order; routes that are `tied` have an error already.
pub(super) fn find(
    rules: &[Rule<'_>],
    index: &HostIndex,
    tied: &FxHashSet<usize>,
    errors: &mut ConfigErrors,
) {
    // The rules that take all that routes are for, as long as that is true of each of their hosts.
    let mut takers: FxHashMap<usize, Option<Takers>> = FxHashMap::default();
    let mut limit = 0;
    for (rank, rule) in rules.iter().enumerate() {
        if rank > 0 && !compare(&rules[rank - 1], rule).1.is_about_conditions() {
            limit = rank;
        }
        let of_route = takers
            .entry(rule.route)
            .or_insert_with(|| Some(Takers::new()));
        if let Some(known) = of_route {
            let mut search = Cover::new(rules, rank, limit);
            index.covering(rule.host, &rule.pattern.path, &mut search);
            if search.is_complete() && !tied.contains(&rule.route) {
                known.extend(search.takers.into_iter().map(|taker| (taker, rank)));
            } else {
                *of_route = None;
            }
        }
    }
    let mut found: Vec<Takers> = takers.into_values().flatten().collect();
    found.sort_unstable();
    errors.extend(found.iter().filter_map(|takers| error(rules, takers)));
}

/// Rules that take requests, each with the rule they are taken from.
type Takers = Vec<(Rank, Rank)>;

/// Searches the rules that together take all requests of one rule.
struct Cover<'a> {
    rules: &'a [Rule<'a>],
    rank: Rank,
    /// A rule that ranks first by its conditions alone has one that this rule lacks, and takes less.
    limit: Rank,
    missing: usize,
    taken: MethodSet,
    takers: Vec<Rank>,
}

impl<'a> Cover<'a> {
    fn new(rules: &'a [Rule<'a>], rank: Rank, limit: Rank) -> Self {
        Self {
            rules,
            rank,
            limit,
            missing: rules[rank].pattern.methods.iter().count(),
            taken: MethodSet::default(),
            takers: Vec::new(),
        }
    }

    fn is_complete(&self) -> bool {
        self.missing == 0
    }
}

impl Candidates for Cover<'_> {
    fn limit(&self) -> Rank {
        if self.is_complete() { 0 } else { self.limit }
    }

    fn offer(&mut self, rank: Rank) {
        let (taker, rule) = (self.rules[rank].pattern, self.rules[self.rank].pattern);
        if !taker.conditions.are_implied_by(&rule.conditions) {
            return;
        }
        let before = self.missing;
        for method in rule
            .methods
            .iter()
            .filter(|method| taker.methods.matches(method))
        {
            if self.taken.insert(method) {
                self.missing -= 1;
            }
        }
        if self.missing < before {
            self.takers.push(rank);
        }
    }
}

fn error(rules: &[Rule<'_>], takers: &Takers) -> Option<ConfigError> {
    let (first, rank) = *takers.first()?;
    let (winner, loser) = (&rules[first], &rules[rank]);
    let mut error =
        ConfigError::new(format!("the route `{}` can never match", loser.name)).at(loser.span);
    let mut names: Vec<String> = Vec::new();
    for (taker, _) in takers {
        let taker = &rules[*taker];
        let name = format!("`{}`", taker.name);
        if !names.contains(&name) {
            names.push(name);
            error = error.related(taker.span, "this route ranks before it");
        }
    }
    let (_, criterion) = compare(winner, loser);
    Some(
        error
            .label(format!("all of its requests go to {}", names.join(" and ")))
            .help(format!(
                "{} ranks first ({criterion}): narrow it, or give `{}` a higher `priority`",
                names[0], loser.name
            )),
    )
}

#[cfg(test)]
mod tests {
    use crate::routing::testing::{headlines, routes, table};

    /// Whether the last of `matches` can never match.
    fn last_is_unreachable(matches: &[&str]) -> bool {
        match table(&routes(matches)) {
            Ok(_) => false,
            Err(shown) => {
                let message = format!("the route `r{}` can never match", matches.len() - 1);
                assert_eq!(headlines(&shown), [message], "{matches:?}");
                true
            }
        }
    }

    #[test]
    fn a_route_that_others_take_all_of_can_never_match() {
        for matches in [
            &[
                "; priority = 1",
                "host = 'a.b', path = '/x', methods = ['PUT'], when = 'true'",
            ][..],
            &["path = '/a/{*r}'; priority = 1", "path = '/a'"],
            &["path = '/a/{*r}'; priority = 1", "path = '/a/{x}/c'"],
            &[
                "path = '/a/{*r}'; priority = 1",
                "path = { regex = '/a/[0-9]+' }",
            ],
            &["path = '/{x}/{y}'; priority = 1", "path = '/{y}/b'"],
            &["path = { regex = '/[0-9]+' }; priority = 1", "path = '/7'"],
            &[
                "path = { regex = '/[0-9]+' }; priority = 1",
                "path = { regex = '/[0-9]+' }, methods = ['GET']",
            ],
            &[
                "host = '*.b.c', path = '/'; priority = 1",
                "host = 'a.b.c', path = '/'",
            ],
            &["path = '/'; priority = 1", "host = '*.b.c', path = '/'"],
            &[
                "headers = { x = { present = true } }; priority = 1",
                "headers = { x = '1', y = '2' }",
            ],
            &[
                "query = { x = { regex = '[0-9]' } }; priority = 1",
                "query = { x = '1' }",
            ],
            &["when = 'true'; priority = 1", "when = 'true', path = '/a'"],
            &[
                "path = '/a', methods = ['GET', 'PUT']; priority = 1",
                "path = '/{*r}', methods = ['POST']; priority = 2",
                "path = '/a', methods = ['GET', 'POST']",
            ],
            &[
                "methods = ['GET', 'HEAD', 'POST', 'PUT']; priority = 1",
                "methods = ['PATCH', 'DELETE', 'OPTIONS']; priority = 1",
                "path = '/a'",
            ],
            &[
                "host = 'a.b'; priority = 1",
                "host = 'c.d'; priority = 1",
                "host = ['a.b', 'c.d'], path = '/x'",
            ],
        ] {
            assert!(last_is_unreachable(matches), "{matches:?}");
        }
    }

    #[test]
    fn a_route_that_keeps_some_requests_is_left_alone() {
        for matches in [
            &["path = '/a/{*r}'; priority = 1", "path = '/b'"][..],
            &["path = '/a/{x}'; priority = 1", "path = '/a/{*r}'"],
            &["path = '/a/b'; priority = 1", "path = '/a/{x}'"],
            &["path = '/{x}/b'; priority = 1", "path = '/a/{y}'"],
            &[
                "path = { regex = '/[0-9]+' }; priority = 1",
                "path = { regex = '/[0-9]*' }",
            ],
            &[
                "path = { regex = '/[0-9]+' }; priority = 1",
                "path = '/{x}'",
            ],
            &[
                "path = '/a/{*r}'; priority = 1",
                "path = { regex = '/a.*' }",
            ],
            &[
                "host = 'a.b'; priority = 1",
                "host = ['a.b', 'c.d'], path = '/x'",
            ],
            &["host = 'a.b.c'; priority = 1", "host = '*.b.c'"],
            &["methods = ['GET']; priority = 1", "path = '/a'"],
            &[
                "methods = ['GET']; priority = 1",
                "methods = ['GET', 'PUT'], path = '/a'",
            ],
            &[
                "path = '/{*r}'; priority = 1",
                "methods = ['GET', 'TRACE'], path = '/a'",
            ],
            &["headers = { x = '1' }; priority = 1", "path = '/a'"],
            &[
                "headers = { x = '1' }; priority = 1",
                "headers = { x = { present = true } }",
            ],
            &[
                "headers = { x = '1' }; priority = 1",
                "cookies = { x = '1' }",
            ],
            &["when = 'true'; priority = 1", "path = '/a'"],
            &["when = 'true'; priority = 1", "when = 'false', path = '/a'"],
        ] {
            assert!(!last_is_unreachable(matches), "{matches:?}");
        }
    }

    #[test]
    fn all_takers_are_shown() {
        let shown = table(&routes([
            "methods = ['GET']; priority = 9",
            "path = '/a', methods = ['GET', 'PUT']",
            "path = '/{*r}', methods = ['PUT']; priority = 10",
        ]));
        assert_eq!(
            shown.unwrap_err(),
            "\
error: the route `r1` can never match
  --> gateway.toml:6:8
   |
 2 | name = 'r0'
   |        ---- this route ranks before it
...
 6 | name = 'r1'
   |        ^^^^ all of its requests go to `r2` and `r0`
...
10 | name = 'r2'
   |        ---- this route ranks before it
   |
   = help: `r2` ranks first (priority 10 before 0): narrow it, or give `r1` a higher `priority`
"
        );
    }
}

//! Which route a request takes.
//!
//! What the operator writes ([`MatchConfig`]) becomes a [`Pattern`], patterns become a [`RouteTable`], and
//! the table finds the route of a request, says which methods would have been allowed, and
//! [explains](RouteTable::explain) itself. All of it is pure: no I/O, no clock, no state.
//!
//! # The order of routes
//!
//! Of all routes that match a request the first in this order is taken, wherever it stands in the file. It is
//! the order of the Kubernetes Gateway API (`HTTPRouteRule`, *matches*), extended where we match by more:
//!
//! 1. The higher `priority`; 0 by default. It is the operator's last word, so it comes first.
//! 2. The more precise host: exact, wildcard, any. Since a wildcard stands for exactly one label, no two
//!    wildcards match the same host.
//! 3. The more precise kind of path: exact, template, regular expression, prefix. A template says how many
//!    segments there are and a regular expression may say anything, but both mean a shape of path, where a
//!    prefix (or a template with `{*rest}`) takes all that nobody else wants.
//!    - Of two templates or prefixes the one with more segments; then, segment by segment from the left, a
//!      literal before a parameter.
//!    - Of two regular expressions the longer.
//! 4. Named methods before none.
//! 5. More conditions on headers and cookies (which are a header).
//! 6. More conditions on query parameters.
//! 7. A `when` before none.
//!
//! Where the Gateway API goes on with age and name, we stop: two routes of equal rank that can match the same
//! request are a **tie**, and an error at load. So is a route that can **never match**, since routes before
//! it take all of its requests. Routes are told apart by proof only: by host, literal segments, the known
//! beginnings of regular expressions, methods, and conditions on the same header, cookie or query parameter
//! that exclude each other. (A request that repeats a header can meet two of the latter; the route that
//! stands first in the file gets it.)
//!
//! # The search
//!
//! Hosts are found by hash: the exact one, the domain after the first label for wildcards, and the routes for
//! any host. The few routes of one host are tried in turn; where there are many, exact paths are found by hash,
//! templates and prefixes by walking a trie of segments, regular expressions by trying them. Each list is in
//! global order, and a search never looks at anything that ranks behind what it has. So the time depends on
//! the routes that fit by host and path, not on how many there are.

mod candidates;
mod conditions;
mod criterion;
#[cfg(test)]
mod differential;
mod explain;
mod field;
mod field_test;
mod host;
mod host_index;
mod host_rules;
mod hosts;
mod loss;
mod match_config;
mod method_match;
mod order;
mod path_config;
mod path_index;
mod path_mismatch;
mod path_parse;
mod path_pattern;
mod path_regex;
mod path_template;
mod pattern;
mod route_entry;
mod route_table;
mod segment_trie;
#[cfg(test)]
mod testing;
mod tie;
mod unreachable;
mod value_test;
mod value_test_config;
mod whole_regex;

pub use criterion::Criterion;
pub use explain::Verdict;
pub use field::Field;
pub use host::{HostKind, HostPattern};
pub use loss::Loss;
pub use match_config::MatchConfig;
pub use method_match::MethodSet;
pub use path_mismatch::PathMismatch;
pub use path_pattern::{PathKind, PathPattern};
pub use path_regex::PathRegex;
pub use path_template::{PathSegment, PathTemplate};
pub use pattern::Pattern;
pub use route_entry::RouteEntry;
pub use route_table::{Match, RouteTable};
pub use value_test::ValueTest;
pub use whole_regex::WholeRegex;

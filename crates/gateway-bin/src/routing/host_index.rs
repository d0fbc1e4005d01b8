//! All rules, found by host and path.

use rustc_hash::FxHashMap;

use super::HostPattern;
use super::PathPattern;
use super::candidates::{Candidates, Rank};
use super::host::parent_domain;
use super::path_index::PathIndex;

/// All rules, found by host and path.
///
/// The hash is fast and knows no secret: all keys are the operator's, a client can only probe.
#[derive(Debug, Default)]
pub(super) struct HostIndex {
    exact: FxHashMap<Box<str>, PathIndex>,
    wildcard: FxHashMap<Box<str>, PathIndex>,
    any: PathIndex,
}

impl HostIndex {
    /// Adds a rule. Ranks come in their order.
    pub(super) fn insert(&mut self, host: &HostPattern, path: &PathPattern, rank: Rank) {
        let paths = match host {
            HostPattern::Exact(host) => self.exact.entry(host.clone()).or_default(),
            HostPattern::Wildcard(domain) => self.wildcard.entry(domain.clone()).or_default(),
            HostPattern::Any => &mut self.any,
        };
        paths.insert(path, rank);
    }

    /// Offers the rules that match `host` and `path`.
    pub(super) fn matching<C: Candidates>(&self, host: &str, path: &str, candidates: &mut C) {
        for paths in self.of_host(host).into_iter().flatten() {
            paths.matching(path, candidates);
        }
    }

    /// Offers the rules that match all hosts and paths of the patterns, as far as that can be proved.
    pub(super) fn covering<C: Candidates>(
        &self,
        host: &HostPattern,
        path: &PathPattern,
        candidates: &mut C,
    ) {
        let indexes = match host {
            HostPattern::Exact(host) => self.of_host(host),
            HostPattern::Wildcard(domain) => [None, self.wildcard.get(domain), Some(&self.any)],
            HostPattern::Any => [None, None, Some(&self.any)],
        };
        for paths in indexes.into_iter().flatten() {
            paths.covering(path, candidates);
        }
    }

    fn of_host(&self, host: &str) -> [Option<&PathIndex>; 3] {
        let wildcard = parent_domain(host).and_then(|domain| self.wildcard.get(domain));
        [self.exact.get(host), wildcard, Some(&self.any)]
    }
}

//! All rules, found by host and path.

use rustc_hash::FxHashMap;

use super::HostPattern;
use super::PathPattern;
use super::candidates::{Candidates, Rank};
use super::host::parent_domain;
use super::host_rules::HostRules;

/// All rules, found by host and path.
///
/// The hash is fast and knows no secret: all keys are the operator's, a client can only probe.
#[derive(Debug, Default)]
pub(super) struct HostIndex {
    exact: FxHashMap<Box<str>, HostRules>,
    wildcard: FxHashMap<Box<str>, HostRules>,
    any: HostRules,
}

impl HostIndex {
    /// Adds a rule. Ranks come in their order.
    pub(super) fn insert(&mut self, host: &HostPattern, path: &PathPattern, rank: Rank) {
        let rules = match host {
            HostPattern::Exact(host) => self.exact.entry(host.clone()).or_default(),
            HostPattern::Wildcard(domain) => self.wildcard.entry(domain.clone()).or_default(),
            HostPattern::Any => &mut self.any,
        };
        rules.insert(path, rank);
    }

    /// Offers the rules that match `host` and `path`.
    pub(super) fn matching<C: Candidates>(&self, host: &str, path: &str, candidates: &mut C) {
        for rules in self.of_host(host).into_iter().flatten() {
            rules.matching(path, candidates);
        }
    }

    /// Offers the rules that match all hosts and paths of the patterns, as far as that can be proved.
    pub(super) fn covering<C: Candidates>(
        &self,
        host: &HostPattern,
        path: &PathPattern,
        candidates: &mut C,
    ) {
        let hosts = match host {
            HostPattern::Exact(host) => self.of_host(host),
            HostPattern::Wildcard(domain) => [None, self.wildcard.get(domain), Some(&self.any)],
            HostPattern::Any => [None, None, Some(&self.any)],
        };
        for rules in hosts.into_iter().flatten() {
            rules.covering(path, candidates);
        }
    }

    fn of_host(&self, host: &str) -> [Option<&HostRules>; 3] {
        let wildcard = parent_domain(host).and_then(|domain| self.wildcard.get(domain));
        [self.exact.get(host), wildcard, Some(&self.any)]
    }
}

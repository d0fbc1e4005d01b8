//! The rules of one host.

use super::PathPattern;
use super::candidates::{Candidates, Rank};
use super::path_index::PathIndex;

/// Up to this many rules are tried one after the other. That touches less memory than an index would, and
/// most hosts have few rules.
const FEW: usize = 4;

/// The rules of one host: an index where there are many.
#[derive(Debug)]
pub(super) enum HostRules {
    /// The best first.
    Few(Vec<(Rank, PathPattern)>),
    Many(Box<PathIndex>),
}

impl HostRules {
    /// Adds a rule. Ranks come in their order.
    pub(super) fn insert(&mut self, path: &PathPattern, rank: Rank) {
        match self {
            Self::Few(rules) if rules.len() < FEW => rules.push((rank, path.clone())),
            Self::Few(rules) => {
                let mut index = index(rules);
                index.insert(path, rank);
                *self = Self::Many(Box::new(index));
            }
            Self::Many(index) => index.insert(path, rank),
        }
    }

    /// Offers the rules that match `path`.
    pub(super) fn matching<C: Candidates>(&self, path: &str, candidates: &mut C) {
        match self {
            Self::Few(rules) => {
                for (rank, pattern) in rules {
                    if *rank >= candidates.limit() {
                        break;
                    }
                    if pattern.check(path).is_ok() {
                        candidates.offer(*rank);
                    }
                }
            }
            Self::Many(index) => index.matching(path, candidates),
        }
    }

    /// Offers the rules that match all paths of `pattern`, as far as that can be proved.
    pub(super) fn covering<C: Candidates>(&self, pattern: &PathPattern, candidates: &mut C) {
        match self {
            Self::Few(rules) => index(rules).covering(pattern, candidates),
            Self::Many(index) => index.covering(pattern, candidates),
        }
    }
}

fn index(rules: &[(Rank, PathPattern)]) -> PathIndex {
    let mut index = PathIndex::default();
    for (rank, path) in rules {
        index.insert(path, *rank);
    }
    index
}

impl Default for HostRules {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

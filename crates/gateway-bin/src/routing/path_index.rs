//! The rules of one host, found by path.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::candidates::{Candidates, Rank};
use super::path_template::{PathSegment, PathTemplate, Tail};
use super::segment_trie::{PathSegments, SegmentTrie, TemplateSegments};
use super::{PathPattern, PathRegex};

/// The rules of one host, found by path.
#[derive(Debug, Default)]
pub(super) struct PathIndex {
    exact: FxHashMap<Arc<str>, Vec<Rank>>,
    templates: SegmentTrie,
    /// The one with the best rule first.
    regexes: Vec<(Arc<PathRegex>, Vec<Rank>)>,
}

impl PathIndex {
    /// Adds a rule. Ranks come in their order.
    pub(super) fn insert(&mut self, path: &PathPattern, rank: Rank) {
        match path {
            PathPattern::Exact(path) => self.exact.entry(path.clone()).or_default().push(rank),
            PathPattern::Template(template) => self.templates.insert(template, rank),
            PathPattern::Regex(regex) => {
                match self.regexes.iter_mut().find(|(known, _)| known == regex) {
                    Some((_, ranks)) => ranks.push(rank),
                    None => self.regexes.push((Arc::clone(regex), vec![rank])),
                }
            }
        }
    }

    /// Offers the rules that match `path`.
    pub(super) fn matching<C: Candidates>(&self, path: &str, candidates: &mut C) {
        if let Some(ranks) = self.exact.get(path) {
            candidates.offer_all(ranks);
        }
        self.templates.search(PathSegments::of(path), candidates);
        for (regex, ranks) in &self.regexes {
            if ranks
                .first()
                .is_some_and(|best| *best >= candidates.limit())
            {
                break;
            }
            if regex.matches(path) {
                candidates.offer_all(ranks);
            }
        }
    }

    /// Offers the rules that match all paths of `pattern`, as far as that can be proved.
    pub(super) fn covering<C: Candidates>(&self, pattern: &PathPattern, candidates: &mut C) {
        match pattern {
            PathPattern::Exact(path) => self.matching(path, candidates),
            PathPattern::Template(template) => {
                self.templates
                    .search(TemplateSegments::of(template), candidates);
            }
            PathPattern::Regex(regex) => {
                let known = prefix_of(regex);
                self.templates
                    .search(TemplateSegments::of(&known), candidates);
                if let Some((_, ranks)) = self.regexes.iter().find(|(known, _)| known == regex) {
                    candidates.offer_all(ranks);
                }
            }
        }
    }
}

/// The longest prefix that takes every path a regular expression matches, as far as it is known.
fn prefix_of(regex: &PathRegex) -> PathTemplate {
    let whole = regex
        .common_start()
        .rsplit_once('/')
        .map_or("", |(whole, _)| whole);
    PathTemplate {
        segments: whole
            .split('/')
            .skip(1)
            .map(|segment| PathSegment::Literal(segment.into()))
            .collect(),
        tail: Tail::Rest(None),
    }
}

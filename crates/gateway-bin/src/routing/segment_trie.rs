//! Templates and prefixes, found by walking the segments of a path.

use rustc_hash::FxHashMap;

use super::candidates::{Candidates, Rank};
use super::path_template::{PathSegment, PathTemplate, Tail, remainder, split_segment};

/// Templates and prefixes by their segments.
#[derive(Debug, Default)]
pub(super) struct SegmentTrie {
    root: Node,
}

#[derive(Debug)]
struct Node {
    literals: FxHashMap<Box<str>, Node>,
    parameter: Option<Box<Node>>,
    /// Templates whose last segment is this one.
    ends: Vec<Rank>,
    /// Prefixes whose last segment is this one.
    prefixes: Vec<Rank>,
    /// The best rank here and below.
    best: Rank,
}

/// What is looked up: something that comes in segments. It is the path of a request, or the set of paths of
/// a pattern, to which only those rules fit that take all of them.
pub(super) trait Segments: Copy {
    /// The next segment and what comes after it.
    fn next(&self) -> Next<'_, Self>;
}

/// The next segment.
pub(super) enum Next<'a, S> {
    /// This text.
    Literal(&'a str, S),
    /// Any text but none.
    Parameter(S),
    /// There is none.
    End,
    /// Any number of them.
    Rest,
}

/// The segments of a path.
#[derive(Clone, Copy)]
pub(super) struct PathSegments<'a>(Option<&'a str>);

/// The segments of a template.
#[derive(Clone, Copy)]
pub(super) struct TemplateSegments<'a>(&'a [PathSegment], &'a Tail);

impl SegmentTrie {
    /// Adds a template. Ranks come in their order.
    pub(super) fn insert(&mut self, template: &PathTemplate, rank: Rank) {
        let mut node = &mut self.root;
        node.best = node.best.min(rank);
        for segment in &template.segments {
            node = match segment {
                PathSegment::Literal(text) => node.literals.entry(text.clone()).or_default(),
                PathSegment::Parameter(_) => node.parameter.get_or_insert_default(),
            };
            node.best = node.best.min(rank);
        }
        match template.tail {
            Tail::End => node.ends.push(rank),
            Tail::Rest(_) => node.prefixes.push(rank),
        }
    }

    /// Offers all rules that take `segments`.
    pub(super) fn search<C: Candidates>(&self, segments: impl Segments, candidates: &mut C) {
        self.root.search(segments, candidates);
    }
}

impl Node {
    /// Goes no deeper than the longest template, and visits each node once at most.
    fn search<S: Segments, C: Candidates>(&self, segments: S, candidates: &mut C) {
        if self.best >= candidates.limit() {
            return;
        }
        match segments.next() {
            Next::Literal(text, rest) => {
                if let Some(node) = self.literals.get(text) {
                    node.search(rest, candidates);
                }
                if let Some(node) = self.parameter.as_ref().filter(|_| !text.is_empty()) {
                    node.search(rest, candidates);
                }
            }
            Next::Parameter(rest) => {
                if let Some(node) = &self.parameter {
                    node.search(rest, candidates);
                }
            }
            Next::End => candidates.offer_all(&self.ends),
            Next::Rest => {}
        }
        candidates.offer_all(&self.prefixes);
    }
}

impl Default for Node {
    fn default() -> Self {
        Self {
            literals: FxHashMap::default(),
            parameter: None,
            ends: Vec::new(),
            prefixes: Vec::new(),
            best: Rank::MAX,
        }
    }
}

impl<'a> PathSegments<'a> {
    pub(super) fn of(path: &'a str) -> Self {
        Self(remainder(path))
    }
}

impl Segments for PathSegments<'_> {
    fn next(&self) -> Next<'_, Self> {
        match self.0 {
            None => Next::End,
            Some(text) => {
                let (segment, rest) = split_segment(text);
                Next::Literal(segment, Self(rest))
            }
        }
    }
}

impl<'a> TemplateSegments<'a> {
    pub(super) fn of(template: &'a PathTemplate) -> Self {
        Self(&template.segments, &template.tail)
    }
}

impl Segments for TemplateSegments<'_> {
    fn next(&self) -> Next<'_, Self> {
        match (self.0.split_first(), self.1) {
            (Some((PathSegment::Literal(text), rest)), tail) => {
                Next::Literal(text, Self(rest, tail))
            }
            (Some((PathSegment::Parameter(_), rest)), tail) => Next::Parameter(Self(rest, tail)),
            (None, Tail::End) => Next::End,
            (None, Tail::Rest(_)) => Next::Rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::path_parse;

    #[derive(Default)]
    struct All(Vec<Rank>);

    impl Candidates for All {
        fn limit(&self) -> Rank {
            Rank::MAX
        }

        fn offer(&mut self, rank: Rank) {
            self.0.push(rank);
        }
    }

    const TEMPLATES: [&str; 9] = [
        "/{*rest}",
        "/a/{x}",
        "/{x}/b",
        "/a/{*rest}",
        "/a/{x}/",
        "/{x}/{y}",
        "/{x}",
        "/{x}/{*rest}",
        "/a/b/{*rest}",
    ];

    fn search(segments: impl Segments) -> Vec<&'static str> {
        let mut trie = SegmentTrie::default();
        for (rank, text) in TEMPLATES.iter().enumerate() {
            trie.insert(&path_parse::template(text).unwrap(), rank);
        }
        let mut found = All::default();
        trie.search(segments, &mut found);
        found.0.sort_unstable();
        found.0.into_iter().map(|rank| TEMPLATES[rank]).collect()
    }

    #[test]
    fn a_path_finds_what_matches_it() {
        for path in [
            "/", "/a", "/a/", "/a/b", "/a/c", "/a/b/", "/c/b", "/c/b/d", "*",
        ] {
            let matching = TEMPLATES
                .into_iter()
                .filter(|text| path_parse::template(text).unwrap().check(path).is_ok());
            assert_eq!(
                search(PathSegments::of(path)),
                Vec::from_iter(matching),
                "{path}"
            );
        }
    }

    #[test]
    fn a_template_finds_what_takes_all_of_its_paths() {
        for (text, takers) in [
            (
                "/a/{y}",
                &[
                    "/{*rest}",
                    "/a/{x}",
                    "/a/{*rest}",
                    "/{x}/{y}",
                    "/{x}/{*rest}",
                ][..],
            ),
            (
                "/{y}/b",
                &["/{*rest}", "/{x}/b", "/{x}/{y}", "/{x}/{*rest}"],
            ),
            ("/a/{*rest}", &["/{*rest}", "/a/{*rest}", "/{x}/{*rest}"]),
            ("/{*rest}", &["/{*rest}"]),
        ] {
            let template = path_parse::template(text).unwrap();
            assert_eq!(search(TemplateSegments::of(&template)), takers, "{text}");
        }
    }
}

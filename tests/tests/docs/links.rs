//! Links lead to files and headings that exist.

use std::path::Path;

use crate::document::documents;
use crate::repository::root;

/// The targets of the links in a document, outside its blocks.
fn targets(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let prose = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    });
    let links = prose.flat_map(|line| line.split("](").skip(1));
    links.filter_map(|rest| rest.split(')').next()).collect()
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for document in documents() {
        let folder = Path::new(&document.path).parent().unwrap();
        for target in targets(&document.text)
            .into_iter()
            .filter(|target| !target.contains("://"))
        {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = match file {
                "" => root().join(&document.path),
                file => root().join(folder).join(file),
            };
            assert!(path.exists(), "{}: {target} leads nowhere", document.path);
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&path).unwrap();
                let is_known = anchors(&text).iter().any(|known| known == anchor);
                assert!(is_known, "{}: {target}: no such heading", document.path);
            }
        }
    }
}

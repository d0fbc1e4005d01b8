//! Links between the documents lead somewhere.

use std::collections::BTreeSet;

use super::{Finding, Source};

/// Checks the relative links of a Markdown file against the files of the repository.
pub(super) fn check(source: &Source, files: &BTreeSet<String>) -> Vec<Finding> {
    if !source.path.ends_with(".md") {
        return Vec::new();
    }
    let mut fenced = false;
    let prose = source.lines().filter(move |(_, text)| {
        let fence = text.trim_start().starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    });
    prose
        .flat_map(|(line, text)| targets(text).map(move |target| (line, target)))
        .filter(|(_, target)| !leads_somewhere(&source.path, target, files))
        .map(|(line, target)| source.finding(line, format!("the link to `{target}` leads nowhere")))
        .collect()
}

/// What the links in a line point to: `[text](target)` and `[label]: target`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let definition = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, target)| target);
    inline
        .chain(definition)
        .filter_map(|target| target.split_whitespace().next())
        .map(|target| target.trim_matches(['<', '>']))
}

fn leads_somewhere(from: &str, target: &str, files: &BTreeSet<String>) -> bool {
    let path = target.split('#').next().unwrap_or(target);
    if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
        return true;
    }
    resolve(from, path).is_some_and(|path| {
        path.is_empty()
            || files.contains(&path)
            || files.iter().any(|file| {
                file.strip_prefix(&path)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
    })
}

/// The path that a link in the file `from` names, seen from the root of the repository; `None` if it
/// leaves the repository.
fn resolve(from: &str, link: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts = Vec::new();
    for part in folder.split('/').chain(link.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::fixtures::{lines, source};

    fn found_in(path: &str, text: &str) -> Vec<usize> {
        let files = [
            "README.md",
            "docs/architecture.md",
            "docs/decisions/0001.md",
        ];
        let files = files.map(str::to_owned).into();
        lines(&check(&source(path, text), &files))
    }

    #[test]
    fn files_folders_anchors_and_the_web_exist() {
        let text = "\
[a](docs/architecture.md), [b](docs/architecture.md#code-map) and [c](docs/decisions/)
[web](https://example.com/x) [here](#top) [mail](mailto:a@example.com)
[ref]: ./docs/architecture.md \"title\"
";
        assert!(found_in("README.md", text).is_empty());
        assert!(found_in("docs/architecture.md", "[up](../README.md)").is_empty());
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let text =
            "[a](docs/missing.md)\n[b](README.md) [c](doc)\n[d]: <nowhere.md>\n[e](../outside.md)";
        assert_eq!(found_in("README.md", text), [1, 2, 3, 4]);
    }

    #[test]
    fn code_is_not_a_link() {
        assert!(found_in("README.md", "```rust\na[0](missing)\n```").is_empty());
        assert!(found_in("src/a.rs", "[a](missing)").is_empty());
    }
}

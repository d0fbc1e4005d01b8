//! A module is named after what it holds.

use super::{Finding, Source};

/// Names that would fit any module, so they say nothing about this one.
const EMPTY_NAMES: [&str; 5] = ["common", "helpers", "manager", "util", "utils"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() {
        return Vec::new();
    }
    let file = source
        .path
        .trim_end_matches(".rs")
        .split('/')
        .map(|part| (1, part));
    let inline = source
        .lines()
        .filter_map(|(line, text)| Some((line, declared(text)?)));
    file.chain(inline)
        .filter(|(_, name)| is_empty_name(name))
        .map(|(line, name)| {
            source.finding(line, format!("`{name}` says nothing: name what it holds"))
        })
        .collect()
}

/// The module that an inline `mod name {` opens.
fn declared(line: &str) -> Option<&str> {
    let (before, name) = line.strip_suffix(" {")?.rsplit_once("mod ")?;
    let before = before.trim();
    (before.is_empty() || before.starts_with("pub")).then_some(name)
}

fn is_empty_name(name: &str) -> bool {
    let last_word = name.rsplit(['_', '-']).next().unwrap_or(name);
    EMPTY_NAMES.contains(&last_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::fixtures::{lines, source};

    #[test]
    fn empty_names_are_found_in_paths_and_inline_modules() {
        assert_eq!(lines(&check(&source("crates/a/src/utils.rs", ""))), [1]);
        assert_eq!(lines(&check(&source("tests/tests/common/mod.rs", ""))), [1]);
        assert_eq!(
            lines(&check(&source("crates/a/src/pool_manager.rs", ""))),
            [1]
        );
        assert_eq!(
            lines(&check(&source("a.rs", "\npub(crate) mod util {\n}"))),
            [2]
        );
    }

    #[test]
    fn names_that_say_something_are_welcome() {
        assert_eq!(
            check(&source("crates/a/src/common_name.rs", "mod pool {\n}")),
            []
        );
        assert_eq!(check(&source("docs/utils.md", "mod utils {")), []);
    }
}

//! Nothing in the repository points into the folders of one machine.

use super::{Finding, Source};

/// The top-level folders in which people keep their own things.
const PRIVATE_FOLDERS: [&str; 3] = ["home", "root", "work"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let found = source.lines().flat_map(|(line, text)| {
        let folders = PRIVATE_FOLDERS
            .iter()
            .filter(move |folder| names(text, folder));
        folders.map(move |folder| (line, folder))
    });
    found
        .map(|(line, folder)| {
            source.finding(line, format!("a path under /{folder} of one machine"))
        })
        .collect()
}

/// Whether the text has the folder at the beginning of a path, and not inside of a longer one.
fn names(text: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    text.match_indices(&path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "/.-_*}$~".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::fixtures::{lines, source};

    #[test]
    fn paths_of_one_machine_are_found_in_any_file() {
        let text = PRIVATE_FOLDERS
            .map(|folder| format!("see `/{folder}/me/x`\n"))
            .concat();
        assert_eq!(lines(&check(&source("docs/a.md", &text))), [1, 2, 3]);
    }

    #[test]
    fn longer_paths_and_urls_are_something_else() {
        let text = "https://example.com/home/x ../root/y src/root/z";
        assert_eq!(check(&source("a.rs", text)), []);
    }
}

//! `lib.rs` and `mod.rs` are tables of contents: documentation, modules and re-exports.

use super::{Finding, Source};

/// Words that may stand before the word that says what an item is.
const QUALIFIERS: [&str; 4] = ["async", "const", "extern", "unsafe"];

/// Words that begin a definition.
const DEFINITIONS: [&str; 7] = ["enum", "fn", "impl", "struct", "trait", "type", "union"];

/// Looks at lines that are not indented: formatted code has the items of the file itself there, and
/// neither macro bodies nor the content of inline modules.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !matches!(source.file_name(), "lib.rs" | "mod.rs") {
        return Vec::new();
    }
    let definitions = source
        .lines()
        .filter_map(|(line, text)| Some((line, definition(text)?)));
    definitions
        .map(|(line, kind)| {
            let message = format!(
                "`{kind}` in {}: move it to a file of its own",
                source.file_name()
            );
            source.finding(line, message)
        })
        .collect()
}

/// What the line defines, if it begins a definition.
fn definition(line: &str) -> Option<&str> {
    if !line.starts_with(char::is_alphabetic) {
        return None;
    }
    let mut words = without_visibility(line)
        .split([' ', '<'])
        .skip_while(|word| word.is_empty() || word.starts_with('"') || QUALIFIERS.contains(word));
    words.next().filter(|word| DEFINITIONS.contains(word))
}

/// What follows `pub` or `pub(…)`.
fn without_visibility(item: &str) -> &str {
    match item.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')').map_or(rest, |(_, item)| item),
        Some(rest) if rest.starts_with(' ') => rest,
        _ => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::fixtures::{lines, source};

    #[test]
    fn contents_and_macros_are_welcome() {
        let text = "\
//! The layer.
//! fn in_the_docs() {}
mod layer;
pub(crate) mod service;
pub use layer::{Layer, fn_like};
extern crate alloc;
const LIMIT: usize = 3;
macro_rules! contract {
    () => {
        fn test() {}
    };
}
#[cfg(test)]
mod tests {
    fn helper() {}
}
";
        assert_eq!(check(&source("crates/a/src/lib.rs", text)), []);
    }

    #[test]
    fn definitions_belong_elsewhere() {
        let text = "\
pub(crate) async fn serve() {}
impl<T> Layer<T> {}
pub(in crate::a) struct Service;
pub extern \"C\" fn c() {}
unsafe impl Send for Service {}
type Alias = u8;
const fn limit() -> usize { 3 }
";
        let found = check(&source("crates/a/src/mod.rs", text));
        assert_eq!(lines(&found), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(
            found[0].to_string(),
            "crates/a/src/mod.rs:1: `fn` in mod.rs: move it to a file of its own"
        );
    }

    #[test]
    fn other_files_are_free() {
        assert_eq!(check(&source("crates/a/src/layer.rs", "struct Layer;")), []);
    }
}

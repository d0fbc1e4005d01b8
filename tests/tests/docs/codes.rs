//! The table of codes is complete and names no code that is gone.

use std::collections::BTreeSet;

use crate::repository::{files_below, read};

/// Crates whose refusals reach a client.
const CRATES: [&str; 6] = [
    "gateway-bin",
    "gateway-core",
    "layer-auth",
    "layer-lb",
    "layer-ratelimit",
    "layer-transform",
];

/// The codes in the code: in files that make codes, all text that has the form of one.
fn in_the_code() -> BTreeSet<String> {
    let folders = CRATES.iter().map(|name| format!("crates/{name}/src"));
    let paths = folders.flat_map(|folder| files_below(&folder, ".rs"));
    let sources = paths
        .filter(|path| !path.ends_with("tests.rs"))
        .map(|path| shipped(&read(&path)));
    sources
        .filter(|source| source.contains("Code::new("))
        .flat_map(|source| {
            let texts = source.split('"').skip(1).step_by(2).map(str::to_owned);
            texts.filter(|text| is_code(text)).collect::<Vec<_>>()
        })
        .collect()
}

/// The source without its comments and tests.
fn shipped(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_code(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    text.split_once('/')
        .is_some_and(|(area, reason)| is_word(area) && is_word(reason))
}

/// The codes in the first column of the tables, which may not have one twice.
fn in_the_tables() -> BTreeSet<String> {
    let text = read("docs/errors.md");
    let mut codes = BTreeSet::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("| `")) {
        let code = line.split('`').next().unwrap_or_default();
        if is_code(code) {
            assert!(codes.insert(code.to_owned()), "{code} stands there twice");
        }
    }
    codes
}

#[test]
fn every_code_is_explained_and_none_that_is_gone() {
    let (code, tables) = (in_the_code(), in_the_tables());
    assert!(code.len() > 30, "{code:?}");
    let missing: Vec<_> = code.difference(&tables).collect();
    let gone: Vec<_> = tables.difference(&code).collect();
    assert!(missing.is_empty(), "not in docs/errors.md: {missing:?}");
    assert!(gone.is_empty(), "only in docs/errors.md: {gone:?}");
}

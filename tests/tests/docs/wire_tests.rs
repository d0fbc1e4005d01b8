//! The tests that show the rules of the wire exist.

use crate::repository::read;

/// The abbreviations of the page, and the folders they stand for.
const FOLDERS: [(&str, &str); 4] = [
    ("T/", "tests/tests/traffic/"),
    ("X/", "crates/layer-lb/tests/exchange/"),
    ("S/", "crates/gateway-bin/src/server/"),
    ("C/", "crates/gateway-core/src/"),
];

/// The tests that a row names, as file and function.
fn named(row: &str) -> Vec<(String, String)> {
    let quoted = row.split('`').skip(1).step_by(2);
    let tests = quoted.filter_map(|name| name.split_once("::"));
    tests
        .map(|(file, function)| {
            let folder = FOLDERS.iter().find(|(short, _)| file.starts_with(short));
            let file = match folder {
                Some((short, folder)) => file.replacen(short, folder, 1),
                None => file.to_owned(),
            };
            (file, function.to_owned())
        })
        .collect()
}

/// Whether `source` has a test of this name.
fn has_test(source: &str, function: &str) -> bool {
    let mut lines = source.lines().map(str::trim);
    let start = format!("fn {function}(");
    // The attribute stands before, with others between at most.
    let mut is_test = false;
    lines.any(|line| {
        if line.contains("fn ") && line.contains(&start) {
            return is_test;
        }
        let attribute = line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        is_test = attribute || is_test && line.starts_with("#[");
        false
    })
}

#[test]
fn every_rule_has_tests_that_exist() {
    let page = read("docs/wire-tests.md");
    for (short, folder) in FOLDERS {
        assert!(
            page.contains(&format!("`{short}` is `{folder}`")),
            "{short}"
        );
    }
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.filter(|row| !row.starts_with("| rule |")).collect();
    assert!(rows.len() > 40, "{}", rows.len());
    let mut missing = Vec::new();
    for row in rows {
        let tests = named(row);
        assert!(!tests.is_empty(), "no test: {row}");
        for (file, function) in tests {
            if !has_test(&read(&file), &function) {
                missing.push(format!("{file}::{function}"));
            }
        }
    }
    assert!(missing.is_empty(), "no such test: {missing:#?}");
}

#[test]
fn a_function_without_the_attribute_is_no_test() {
    let source = "#[tokio::test]\n#[ignore]\nasync fn one() {}\nfn two() {}\n";
    assert!(has_test(source, "one"));
    assert!(!has_test(source, "two"));
    assert!(!has_test(source, "on"));
}

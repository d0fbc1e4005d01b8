//! Every wrong file has beside it, as `.txt`, exactly what `portcullis check` says about it. The names begin
//! with what is wrong; of those that begin with `alone-` a mistake must bring no errors in its train.
//!
//! `UPDATE_GOLDEN=1` writes the texts anew; read them before you commit them.

use std::fmt::Write;
use std::path::Path;

use crate::support::{Ended, names_with, portcullis, wrong_directory, wrong_files};

#[tokio::test]
async fn each_wrong_file_is_told_what_is_wrong_with_it() {
    let directory = wrong_directory();
    let is_update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1");
    let mut differences = String::new();
    for name in wrong_files() {
        let ended = portcullis(&directory, &["check", "-c", &format!("{name}.toml")]).await;
        let golden = directory.join(format!("{name}.txt"));
        if is_update {
            std::fs::write(golden, &ended.stderr).unwrap();
        } else if let Err(difference) = compare(&ended, &golden) {
            writeln!(differences, "{name}.toml {difference}").unwrap();
        }
    }
    assert!(
        differences.is_empty(),
        "{differences}\nUPDATE_GOLDEN=1 writes the texts anew"
    );
}

fn compare(ended: &Ended, golden: &Path) -> Result<(), String> {
    if ended.code != Some(3) || !ended.stdout.is_empty() {
        return Err(format!(
            "ends with {:?} and says {:?}, not with 3 and nothing",
            ended.code, ended.stdout
        ));
    }
    let Ok(expected) = std::fs::read_to_string(golden) else {
        return Err("has no text".to_owned());
    };
    if ended.stderr == expected {
        return Ok(());
    }
    Err(format!("is told:\n{}\nnot:\n{expected}", ended.stderr))
}

#[test]
fn each_text_belongs_to_a_file() {
    let texts = names_with("txt", &wrong_directory());
    let files = wrong_files();
    let orphans: Vec<&String> = texts.iter().filter(|text| !files.contains(text)).collect();
    assert!(orphans.is_empty(), "{orphans:?}");
}

#[test]
fn a_mistake_has_a_line_unless_it_is_something_missing() {
    const NOWHERE: [&str; 2] = ["empty-file", "no-listeners"];
    for name in wrong_files() {
        let text = std::fs::read_to_string(wrong_directory().join(format!("{name}.txt"))).unwrap();
        let errors = text
            .lines()
            .filter(|line| line.starts_with("error: "))
            .count();
        let places = text.matches(&format!("--> {name}.toml:")).count();
        let carets = text.lines().filter(|line| line.contains('^')).count();
        if NOWHERE.contains(&name.as_str()) {
            assert_eq!((errors, places), (1, 0), "{name}");
        } else {
            assert_eq!((places, carets), (errors, errors), "{name}");
        }
    }
}

#[test]
fn a_mistake_alone_brings_no_errors_in_its_train() {
    for name in wrong_files()
        .iter()
        .filter(|name| name.starts_with("alone-"))
    {
        let text = std::fs::read_to_string(wrong_directory().join(format!("{name}.txt"))).unwrap();
        assert!(
            text.ends_with(&format!("\n1 error in {name}.toml\n")),
            "{text}"
        );
    }
}

#[test]
fn all_errors_show_at_once_in_the_order_of_the_lines() {
    let text = std::fs::read_to_string(wrong_directory().join("everything-wrong.txt")).unwrap();
    let places = text
        .lines()
        .filter_map(|line| line.split_once("everything-wrong.toml:"));
    let lines: Vec<u32> = places
        .map(|(_, place)| place.split(':').next().unwrap().parse().unwrap())
        .collect();
    assert!(lines.len() >= 12 && lines.is_sorted(), "{lines:?}");
}

//! Code that is shown is quoted from a file that is compiled.

use crate::document::blocks;
use crate::repository::{files_below, read};

#[test]
fn every_block_of_rust_stands_in_a_file_that_is_compiled() {
    let folders = ["examples", "tests/tests/docs/quoted"];
    let paths = folders.iter().flat_map(|folder| files_below(folder, ".rs"));
    let sources: Vec<String> = paths.map(|path| read(&path)).collect();
    for block in blocks("rust") {
        let is_quoted = sources.iter().any(|source| source.contains(&block.text));
        assert!(
            is_quoted,
            "{}: no file under {folders:?} has this code",
            block.place
        );
    }
}

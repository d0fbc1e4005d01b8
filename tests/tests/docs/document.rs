//! A document and what stands in it.

use crate::repository::{files_below, read};

/// A document of the guide.
pub(crate) struct Document {
    /// Its path from the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A fenced block.
pub(crate) struct Block {
    /// Where it stands, as `path:line`.
    pub(crate) place: String,
    /// What follows the fence.
    pub(crate) language: String,
    pub(crate) text: String,
}

/// The README and everything in `docs`.
pub(crate) fn documents() -> Vec<Document> {
    let paths = std::iter::once("README.md".to_owned()).chain(files_below("docs", ".md"));
    paths
        .map(|path| Document {
            text: read(&path),
            path,
        })
        .collect()
}

/// The blocks of all documents in `language`; there are some.
pub(crate) fn blocks(language: &str) -> Vec<Block> {
    let blocks: Vec<Block> = documents()
        .iter()
        .flat_map(Document::blocks)
        .filter(|block| block.language == language)
        .collect();
    assert!(!blocks.is_empty(), "no block of {language}");
    blocks
}

impl Document {
    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            match (line.strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(language), None) => {
                    open = Some(Block {
                        place: format!("{}:{number}", self.path),
                        language: language.to_owned(),
                        text: String::new(),
                    });
                }
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.path);
        blocks
    }
}

#[test]
fn every_block_says_its_language() {
    for block in documents().iter().flat_map(Document::blocks) {
        let known = ["console", "rust", "text", "toml"];
        assert!(
            known.contains(&block.language.as_str()),
            "{}: {:?}",
            block.place,
            block.language
        );
    }
}

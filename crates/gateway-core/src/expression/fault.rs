//! Something wrong with an expression that parses.

use cel::common::ast::SourceInfo;

use crate::config::{Diagnosis, did_you_mean};

/// Something wrong with a node of an expression that parses.
#[derive(Debug)]
pub(super) struct Fault {
    /// The node.
    id: u64,
    /// The word in the source that is meant, at or near the node's first character.
    word: String,
    message: String,
    help: Option<String>,
}

impl Fault {
    pub(super) fn new(id: u64, word: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            id,
            word: word.into(),
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with its place in the source.
    pub(super) fn locate(self, info: &SourceInfo) -> Diagnosis {
        let diagnosis = Diagnosis::new(self.message);
        let diagnosis = match self.help {
            Some(help) => diagnosis.help(help),
            None => diagnosis,
        };
        let Some((first, last)) = info.offset_for(self.id) else {
            return diagnosis;
        };
        let (first, last) = (first as usize, last as usize);
        match find_word(&info.source, first, &self.word) {
            Some(offset) => diagnosis.within(offset, self.word.len()),
            None => diagnosis.within(first, (last + 1).saturating_sub(first)),
        }
    }
}

/// Where `word` stands in `source`: the parser places a selection at its dot, before the member, and a call
/// at its parenthesis, after the function.
fn find_word(source: &str, at: usize, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let (before, after) = source.split_at_checked(at)?;
    if after.starts_with('(') && before.trim_end().ends_with(word) {
        return Some(before.trim_end().len() - word.len());
    }
    after.find(word).map(|offset| at + offset)
}

/// What could be written instead of `typed`, each with `prefix` before it.
pub(super) fn instead(typed: &str, prefix: &str, known: &[&str]) -> String {
    match did_you_mean(typed, known.iter().copied()) {
        Some(meant) => format!("did you mean `{prefix}{meant}`?"),
        None => {
            let names: Vec<_> = known
                .iter()
                .map(|name| format!("`{prefix}{name}`"))
                .collect();
            format!("these exist: {}", names.join(", "))
        }
    }
}

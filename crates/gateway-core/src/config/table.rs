//! A table of a configuration file.

use indexmap::IndexMap;

use super::{Located, Node};

/// The entries of a table in the order of the file, each key with its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub(super) entries: IndexMap<Located<String>, Node>,
}

impl Table {
    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key)
    }

    /// The value under `key` together with the key's place.
    pub fn get_entry(&self, key: &str) -> Option<(&Located<String>, &Node)> {
        self.entries.get_key_value(key)
    }

    /// All entries in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&Located<String>, &Node)> {
        self.entries.iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The same table without the entries of these keys.
    #[must_use]
    pub fn without(&self, keys: &[&str]) -> Self {
        let kept = |(key, _): &(&Located<String>, &Node)| !keys.contains(&key.as_str());
        Self {
            entries: self
                .iter()
                .filter(kept)
                .map(|(key, node)| (key.clone(), node.clone()))
                .collect(),
        }
    }
}

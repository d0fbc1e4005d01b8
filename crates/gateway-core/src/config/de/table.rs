//! Deserializing the entries of a table.

use serde::de::{DeserializeSeed, MapAccess};

use super::key::KeyDeserializer;
use super::{Context, Failure, ValueDeserializer};
use crate::config::{Diagnosis, Located, Node, Table};

pub(super) type Entry<'de> = (&'de Located<String>, &'de Node);

pub(super) struct TableAccess<'de> {
    entries: indexmap::map::Iter<'de, Located<String>, Node>,
    current: Option<Entry<'de>>,
    beside: &'de [&'de str],
    context: &'de Context<'de>,
}

impl<'de> TableAccess<'de> {
    pub(super) fn new(node: &Node, table: &'de Table, context: &'de Context<'de>) -> Self {
        Self {
            entries: table.entries.iter(),
            current: None,
            beside: context.beside(node),
            context,
        }
    }

    /// The next entry that is neither left out nor read elsewhere.
    pub(super) fn next(&mut self) -> Option<Entry<'de>> {
        let (beside, context) = (self.beside, self.context);
        self.entries
            .find(|(key, value)| !beside.contains(&key.as_str()) && !context.omits(value))
    }

    pub(super) fn context(&self) -> &'de Context<'de> {
        self.context
    }

    /// Refuses entries that nobody asked for: an enum takes the first alone.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        match (self.next(), self.current) {
            (Some(extra), Some(first)) => Err(one_too_many(first, extra)),
            _ => Ok(()),
        }
    }

    /// A key of the table is wrong.
    fn about_key(&self, failure: Failure, (key, value): Entry<'de>) -> Failure {
        failure
            .about_key(key.span(), self.beside)
            .arose_at(value, Some(key))
    }
}

/// A second key in a table that takes exactly one.
pub(super) fn one_too_many((first, _): Entry<'_>, (extra, value): Entry<'_>) -> Failure {
    let message = format!("`{}` cannot stand beside `{}`", **extra, **first);
    Failure::from(Diagnosis::new(message).help("keep one of the two"))
        .at(extra.span())
        .related(first.span(), "only one key can be given here")
        .arose_at(value, Some(extra))
}

impl<'de> MapAccess<'de> for &mut TableAccess<'de> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        let Some(entry) = self.next() else {
            return Ok(None);
        };
        self.current = Some(entry);
        seed.deserialize(KeyDeserializer::new(entry.0))
            .map(Some)
            .map_err(|failure| self.about_key(failure, entry))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let Some((key, value)) = self.current else {
            return Err(Diagnosis::new("a value was asked for before its key").into());
        };
        seed.deserialize(ValueDeserializer::new(value, self.context))
            .map_err(|failure| failure.arose_at(value, Some(key)))
    }
}

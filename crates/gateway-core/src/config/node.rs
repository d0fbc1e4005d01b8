//! One value of a configuration file and where it stands.

use super::{ConfigError, Span, Table, wording};

/// A value of a configuration file together with its place.
///
/// A table under a `[header]` has the span of that header; every other value spans what was written,
/// quotes and braces included. The whole file's own table has an empty span.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub(super) value: Value,
    pub(super) span: Span,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    String(Written),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// Nothing in the gateway takes a date, so that it is only ever named in an error.
    Datetime,
    /// An array, or the tables of one `[[header]]`.
    Array(Vec<Node>),
    Table(Table),
}

/// A string, and where in the file its text starts if it is written there without escapes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) content: String,
    pub(super) start: Option<usize>,
}

/// Tells the nodes of a tree apart for as long as the tree is borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NodeId(usize);

impl Node {
    /// The place of the value.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(&text.content),
            _ => None,
        }
    }

    /// The value under `key`, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(table) => table.get(key),
            _ => None,
        }
    }

    /// This value as a table.
    ///
    /// # Errors
    /// Says what stands here instead.
    pub fn table(&self) -> Result<&Table, ConfigError> {
        match &self.value {
            Value::Table(table) => Ok(table),
            _ => Err(self.wrong_type("a table")),
        }
    }

    /// The elements of this array.
    ///
    /// # Errors
    /// Says what stands here instead.
    pub fn elements(&self) -> Result<&[Self], ConfigError> {
        match &self.value {
            Value::Array(elements) => Ok(elements),
            _ => Err(self.wrong_type("an array")),
        }
    }

    /// This value, and in case it is a table, without the entries of these keys.
    #[must_use]
    pub fn without(&self, keys: &[&str]) -> Self {
        match &self.value {
            Value::Table(table) => Self {
                value: Value::Table(table.without(keys)),
                span: self.span,
            },
            _ => self.clone(),
        }
    }

    /// The place of `len` bytes at `offset` of this string's text, or of the whole value where the
    /// text is written with escapes or is no string.
    pub fn within(&self, offset: usize, len: usize) -> Span {
        match &self.value {
            Value::String(Written {
                content,
                start: Some(start),
            }) => Span {
                start: *start,
                end: start + content.len(),
            }
            .slice(offset, len),
            _ => self.span,
        }
    }

    /// A finding that something else is wanted here.
    pub fn wrong_type(&self, wanted: &str) -> ConfigError {
        ConfigError::new(format!("expected {wanted}, found {}", wording::found(self))).at(self.span)
    }

    pub(super) fn id(&self) -> NodeId {
        NodeId(std::ptr::from_ref(self).addr())
    }
}

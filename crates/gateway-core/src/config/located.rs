//! A value that remembers where it stood in the file.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Span;

/// A value together with the place in the file it was read from, so that a later check (an unknown
/// reference, a regex that does not compile) can still point its caret at it.
///
/// Read from anything other than a configuration document, the span is empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Located<T> {
    value: T,
    span: Span,
}

impl<T> Located<T> {
    /// The name under which the document's deserializer recognises the request for a place.
    pub(crate) const MARKER: &'static str = "$portcullis::Located";

    /// A value read from `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Where the value stood.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// What `change` makes of the value, at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located::new(change(self.value), self.span)
    }
}

impl Located<String> {
    /// The place of `len` bytes at `offset` of the text, or of the whole value where the text was written
    /// with escapes.
    pub fn within(&self, offset: usize, len: usize) -> Span {
        // Written without escapes, a string differs from its text by a quote on either side.
        let is_plain = self.span.end - self.span.start == self.value.len() + 2;
        if is_plain {
            self.span.slice(1 + offset, len)
        } else {
            self.span
        }
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl Borrow<str> for Located<String> {
    fn borrow(&self) -> &str {
        &self.value
    }
}

impl<T> From<T> for Located<T> {
    fn from(value: T) -> Self {
        Self {
            value,
            span: Span::default(),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// Equal values are equal wherever they stand; so it is with hash and order.
impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

impl<T: Hash> Hash for Located<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T: PartialOrd> PartialOrd for Located<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Located<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(Self::MARKER, LocatedVisitor(PhantomData))
    }
}

struct LocatedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for LocatedVisitor<T> {
    type Value = Located<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    /// From a configuration document: start, end, value.
    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let lacking = |part| A::Error::invalid_length(part, &self);
        let start = parts.next_element()?.ok_or_else(|| lacking(0))?;
        let end = parts.next_element()?.ok_or_else(|| lacking(1))?;
        let value = parts.next_element()?.ok_or_else(|| lacking(2))?;
        Ok(Located::new(value, Span { start, end }))
    }

    /// From anything else.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        T::deserialize(value).map(Located::from)
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::testing::read;
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        name: Located<String>,
        ports: Vec<Located<u16>>,
        tags: BTreeMap<Located<String>, Option<Located<bool>>>,
    }

    #[test]
    fn values_and_keys_know_their_places() {
        let text = "name = 'a'\nports = [1, 22]\ntags = { 'x y' = true }\n";
        let file: File = read(text).unwrap();
        let at = |span: Span| &text[span.start..span.end];
        assert_eq!((file.name.as_str(), at(file.name.span())), ("a", "'a'"));
        assert_eq!((*file.ports[1], at(file.ports[1].span())), (22, "22"));
        let (key, value) = file.tags.iter().next().unwrap();
        assert_eq!((key.as_str(), at(key.span())), ("x y", "'x y'"));
        assert_eq!(at(value.unwrap().span()), "true");
    }

    #[test]
    fn other_formats_have_no_places() {
        let name: Located<String> = serde_json::from_str("\"a\"").unwrap();
        assert_eq!((name.as_str(), name.span()), ("a", Span::default()));
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"a\"");
    }

    #[test]
    fn the_schema_is_that_of_the_value() {
        assert_eq!(
            schemars::schema_for!(Located<u16>),
            schemars::schema_for!(u16)
        );
    }
}

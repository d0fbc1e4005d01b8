//! How the conditions on named values are written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use gateway_core::config::{Diagnosis, Located, StringOrTable};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::ValueTest;
use super::whole_regex::WholeRegex;

/// What is asked of a value beyond equality.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ValueTestTable {
    /// The regular expression must match the whole value.
    Regex(WholeRegex),
    /// Whether there must be a value at all, or none.
    Present(bool),
}

impl StringOrTable for ValueTest {
    const NAME: &'static str = "ValueTest";
    const WANTED: &'static str = "a value, { regex = '…' } or { present = true }";
    type Table = ValueTestTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        Ok(Self::Exact(text.into()))
    }

    fn from_table(table: ValueTestTable) -> Result<Self, Diagnosis> {
        Ok(match table {
            ValueTestTable::Regex(regex) => Self::Regex(regex),
            ValueTestTable::Present(true) => Self::Present,
            ValueTestTable::Present(false) => Self::Absent,
        })
    }
}

gateway_core::string_or_table!(ValueTest);

/// A table of names, each with what is asked of its value, in the order of the file.
#[derive(Clone, Debug)]
pub struct NamedTests<N>(pub(super) Vec<(Located<N>, ValueTest)>);

impl<N> Default for NamedTests<N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, N: Deserialize<'de>> Deserialize<'de> for NamedTests<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor(PhantomData))
    }
}

struct TableVisitor<N>(PhantomData<N>);

impl<'de, N: Deserialize<'de>> Visitor<'de> for TableVisitor<N> {
    type Value = NamedTests<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<NamedTests<N>, A::Error> {
        let mut tests = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            tests.push(entry);
        }
        Ok(NamedTests(tests))
    }
}

impl<N> JsonSchema for NamedTests<N> {
    fn schema_name() -> Cow<'static, str> {
        "NamedTests".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<ValueTest>(),
        })
    }
}

//! A table of header fields, as `set` and `add` take it.

use std::borrow::Cow;
use std::fmt;

use gateway_core::config::{HeaderName, Located};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Value;

/// A table of header fields, as `set` and `add` take it: `{ x-tenant = "acme" }`. It keeps its order and
/// both of two names that differ in case alone, which a map would not.
#[derive(Debug, Default)]
pub struct FieldTable(pub(super) Vec<(Located<HeaderName>, Value)>);

impl<'de> Deserialize<'de> for FieldTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldTableVisitor)
    }
}

struct FieldTableVisitor;

impl<'de> Visitor<'de> for FieldTableVisitor {
    type Value = FieldTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of header names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<FieldTable, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = entries.next_entry()? {
            fields.push(field);
        }
        Ok(FieldTable(fields))
    }
}

impl JsonSchema for FieldTable {
    fn schema_name() -> Cow<'static, str> {
        "HeaderFields".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": generator.subschema_for::<HeaderName>(),
            "additionalProperties": generator.subschema_for::<Value>(),
        })
    }
}

//! What the macros of this module expand to. Not part of the interface.

pub use std::borrow::Cow;

pub use schemars::{JsonSchema, Schema, SchemaGenerator};
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::string_or_table::{
    deserialize as string_or_table, schema as string_or_table_schema,
};
pub use super::text::deserialize as text;

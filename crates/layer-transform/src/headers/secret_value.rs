//! Secrets as variants of a larger choice: `{ env = "…" }` and `{ file = "…" }` beside `{ cel = '…' }`.

use std::borrow::Cow;

use gateway_core::config::Secret;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapDeserializer;
use serde::{Deserialize, Deserializer};

/// A secret named by its environment variable alone.
pub struct FromEnv(pub(super) Secret);

/// A secret named by its file alone.
pub struct FromFile(pub(super) Secret);

/// Reads `place` as [`Secret`] would read `{ key = place }`.
fn secret<'de, D: Deserializer<'de>>(key: &'static str, place: D) -> Result<Secret, D::Error> {
    let place = String::deserialize(place)?;
    Secret::deserialize(MapDeserializer::<_, D::Error>::new(std::iter::once((
        key, place,
    ))))
}

impl<'de> Deserialize<'de> for FromEnv {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        secret("env", deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for FromFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        secret("file", deserializer).map(Self)
    }
}

macro_rules! described_as_text {
    ($($type:ident),*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1 })
            }
        }
    )*};
}

described_as_text!(FromEnv, FromFile);

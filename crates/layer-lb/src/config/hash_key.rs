//! `hash` in `balance`.

use gateway_core::config::{Diagnosis, HeaderName, StringOrTable, did_you_mean};
use gateway_core::expression::Expression;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use super::CookieName;
use crate::balance::HashKey;

/// What endpoints are chosen by: `"address"`, `"consumer"`, `{ header = "x-user" }`, `{ cookie = "user" }`,
/// `{ query = "user" }` or `{ cel = '…' }`.
///
/// ```
/// use layer_lb::HashKeyConfig;
/// use layer_lb::balance::HashKey;
///
/// let config: HashKeyConfig = serde_json::from_str(r#""consumer""#)?;
/// assert_eq!(config.key(), &HashKey::Consumer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HashKeyConfig(HashKey);

/// The long form of `hash`.
///
/// ```
/// use layer_lb::HashKeyTable;
///
/// let table: HashKeyTable = serde_json::from_str(r#"{ "query": "user" }"#)?;
/// assert!(matches!(table, HashKeyTable::Query(name) if name == "user"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum HashKeyTable {
    /// The value of this header.
    Header(HeaderName),
    /// The value of this cookie.
    Cookie(CookieName),
    /// The value of this parameter of the query.
    Query(String),
    /// What this expression makes of the request.
    Cel(Expression),
}

const WORDS: [&str; 2] = ["address", "consumer"];

impl HashKeyConfig {
    /// What it means.
    pub fn key(&self) -> &HashKey {
        &self.0
    }
}

impl From<HashKey> for HashKeyConfig {
    fn from(key: HashKey) -> Self {
        Self(key)
    }
}

impl StringOrTable for HashKeyConfig {
    const NAME: &'static str = "HashKey";
    const WANTED: &'static str = "\"address\", \"consumer\", { header = \"x-user\" }, { cookie = \"user\" }, { query = \"user\" } or { cel = '…' }";
    type Table = HashKeyTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text {
            "address" => Ok(Self(HashKey::Address)),
            "consumer" => Ok(Self(HashKey::Consumer)),
            _ => {
                let diagnosis = Diagnosis::new(format!("endpoints cannot be chosen by {text:?}"));
                Err(diagnosis.help(match did_you_mean(text, WORDS) {
                    Some(word) => format!("did you mean \"{word}\"?"),
                    None => format!("write {}", Self::WANTED),
                }))
            }
        }
    }

    fn from_table(table: HashKeyTable) -> Result<Self, Diagnosis> {
        Ok(Self(match table {
            HashKeyTable::Header(name) => HashKey::Header(name.into_inner()),
            HashKeyTable::Cookie(name) => HashKey::Cookie(name.as_str().into()),
            HashKeyTable::Query(name) => HashKey::Query(name.into()),
            HashKeyTable::Cel(expression) => HashKey::Expression(expression),
        }))
    }

    fn text_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": WORDS })
    }
}

gateway_core::string_or_table!(HashKeyConfig);

impl Serialize for HashKeyConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = match &self.0 {
            HashKey::Address => return serializer.serialize_str("address"),
            HashKey::Consumer => return serializer.serialize_str("consumer"),
            HashKey::Header(name) => HashKeyTable::Header(name.clone().into()),
            HashKey::Cookie(name) => HashKeyTable::Cookie(CookieName::trusted(name)),
            HashKey::Query(name) => HashKeyTable::Query(name.to_string()),
            HashKey::Expression(expression) => HashKeyTable::Cel(expression.clone()),
        };
        table.serialize(serializer)
    }
}

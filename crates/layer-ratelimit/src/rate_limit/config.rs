//! What the operator writes in `[layers.NAME]`.

use gateway_core::config::{
    Diagnosis, HeaderName, Located, Rate, Span, StringOrTable, did_you_mean,
};
use gateway_core::expression::Expression;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{Key, OnMissingKey, Policy};

/// `type = "rate-limit"`: how often a caller may ask.
///
/// ```
/// use gateway_core::config::{ConfigErrors, Document, Source, decode};
/// use layer_ratelimit::RateLimitConfig;
///
/// let text = r#"
/// rate = "100/min"
/// burst = 20
/// key = { header = "x-key" }
/// on-missing-key = "skip"
/// "#;
/// let source = Source::new("gateway.toml", text);
/// let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
/// let config: RateLimitConfig = decode(document.root()).unwrap();
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RateLimitConfig {
    /// How many requests may pass in which time, in the long run.
    rate: Rate,
    /// How many may come at once after a time of rest; left out, as many as `rate` counts.
    #[schemars(range(min = 1))]
    burst: Option<Located<u32>>,
    /// What requests are counted by; each distinct value has a limit of its own. At most 100,000 values are
    /// kept apart at once; those beyond share one limit until others have been idle.
    #[serde(default)]
    key: KeyConfig,
    /// What happens to a request that lacks the key.
    #[serde(default)]
    on_missing_key: OnMissingKey,
}

impl RateLimitConfig {
    /// What requests are counted by.
    pub(crate) fn key(&self) -> &Key {
        &self.key.0
    }

    /// Where the burst stands, if it does.
    pub(crate) fn burst_span(&self) -> Option<Span> {
        self.burst.as_ref().map(Located::span)
    }

    /// What this means, under the name of the layer.
    pub(crate) fn policy(self, name: &str) -> Policy {
        let policy = Policy::new(self.rate, self.key.0)
            .named(name)
            .on_missing_key(self.on_missing_key);
        match self.burst {
            Some(burst) => policy.burst(burst.into_inner()),
            None => policy,
        }
    }
}

/// `key`: `"address"`, `"consumer"`, `{ header = "x-key" }` or `{ cel = '…' }`.
#[derive(Debug)]
pub struct KeyConfig(Key);

/// The long form of `key`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum KeyTable {
    /// The value of this header, as the client sends it.
    Header(HeaderName),
    /// What this expression makes of the request.
    Cel(Expression),
}

const WORDS: [&str; 2] = ["address", "consumer"];

impl Default for KeyConfig {
    fn default() -> Self {
        Self(Key::Address)
    }
}

impl StringOrTable for KeyConfig {
    const NAME: &'static str = "RateLimitKey";
    const WANTED: &'static str =
        "\"address\", \"consumer\", { header = \"x-key\" } or { cel = '…' }";
    type Table = KeyTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text {
            "address" => Ok(Self(Key::Address)),
            "consumer" => Ok(Self(Key::Consumer)),
            _ => {
                let diagnosis = Diagnosis::new(format!("requests cannot be counted by {text:?}"));
                Err(diagnosis.help(match did_you_mean(text, WORDS) {
                    Some(word) => format!("did you mean \"{word}\"?"),
                    None => format!("write {}", Self::WANTED),
                }))
            }
        }
    }

    fn from_table(table: KeyTable) -> Result<Self, Diagnosis> {
        Ok(Self(match table {
            KeyTable::Header(name) => Key::Header(name.into_inner()),
            KeyTable::Cel(expression) => Key::Expression(expression),
        }))
    }

    fn text_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": WORDS })
    }
}

gateway_core::string_or_table!(KeyConfig);

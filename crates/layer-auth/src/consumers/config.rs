//! What the operator types in `[consumers.NAME]`.

use std::collections::BTreeMap;

use gateway_core::config::Located;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::crypto::KeyHash;

/// The section `[consumers]`: named callers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ConsumersConfig(pub BTreeMap<String, ConsumerConfig>);

/// A named caller.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConsumerConfig {
    /// The API keys of this consumer. Each layer of `type = "api-key"` accepts them.
    pub keys: Vec<ConsumerKeyConfig>,
    /// The groups this consumer is in, for layers that decide by group.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The plan this consumer has, for expressions: `identity.claims.plan`.
    #[serde(default)]
    pub plan: Option<String>,
}

/// One API key of a consumer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConsumerKeyConfig {
    /// The hash of the key; the key itself is in no file.
    pub hash: Located<KeyHash>,
    /// Tells the consumer's keys apart: the subject of the identity. The consumer's name when left out.
    #[serde(default)]
    pub label: Option<String>,
}

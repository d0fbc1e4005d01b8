//! What all `[layers.NAME]` have in common.

use gateway_core::config::Located;
use gateway_core::contract::Mode;
use gateway_core::expression::Condition;
use schemars::JsonSchema;
use serde::Deserialize;

/// What every layer takes beside the keys of its type, which are refused there if they are unknown.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LayerConfig {
    /// Which layer it is.
    pub r#type: Located<String>,
    /// Whether it acts on its decisions, only records them, or is left out.
    #[serde(default)]
    #[schemars(extend("default" = "enforce"))]
    pub mode: Mode,
    /// A condition (CEL); the layer stands aside for requests for which it is false.
    pub when: Option<Condition>,
}

//! `balance`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the next endpoint is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BalanceConfig {
    /// One after the other, each as often as its weight says.
    #[default]
    RoundRobin,
}

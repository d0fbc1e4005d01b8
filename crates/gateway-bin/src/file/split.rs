//! One element of `split` in `[[routes]]`

use gateway_core::config::Located;
use schemars::JsonSchema;
use serde::Deserialize;

/// The share of one upstream in a split.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ShareConfig {
    /// The upstream.
    pub upstream: Located<String>,
    /// Its share is its weight by the sum of all weights; 1 by default, 0 takes it out.
    #[serde(default = "one")]
    pub weight: u32,
}

fn one() -> u32 {
    1
}

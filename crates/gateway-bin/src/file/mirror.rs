//! `mirror` in `[[routes]]`

use gateway_core::config::{Located, Percent};
use schemars::JsonSchema;
use serde::Deserialize;

/// A copy of the requests for another upstream. It never delays the answer; its own answers are thrown away.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MirrorConfig {
    /// The upstream that gets the copies.
    pub upstream: Located<String>,
    /// The share of requests that are copied; all by default.
    #[schemars(extend("default" = 100))]
    pub percent: Option<Percent>,
}

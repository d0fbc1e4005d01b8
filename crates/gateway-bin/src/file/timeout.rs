//! `timeout` in `[[routes]]`

use gateway_core::config::Duration;
use schemars::JsonSchema;
use serde::Deserialize;

/// Time limits of one route, in the place of its upstream's.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RouteTimeoutConfig {
    /// How long the upstream may take until its response begins.
    pub request: Option<Duration>,
}

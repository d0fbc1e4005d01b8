//! `drain` in `[gateway]`

use gateway_core::config::Duration;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::server::DrainTimes;

/// How the gateway shuts down on SIGTERM: first it is no longer ready but still accepts, for the load
/// balancers before it to notice; then it accepts no more and finishes what is under way.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DrainConfig {
    /// How long to keep accepting after readiness is gone; 5 s by default.
    #[schemars(extend("default" = "5s"))]
    pub keep_accepting: Option<Duration>,
    /// How long requests may take to finish after that before they are cut; 30 s by default.
    #[schemars(extend("default" = "30s"))]
    pub timeout: Option<Duration>,
}

impl From<DrainConfig> for DrainTimes {
    fn from(config: DrainConfig) -> Self {
        let default = Self::default();
        Self {
            keep_accepting: config
                .keep_accepting
                .map_or(default.keep_accepting, Duration::get),
            timeout: config.timeout.map_or(default.timeout, Duration::get),
        }
    }
}

//! `timeout` in `[[routes]]`

use std::time;

use gateway_core::config::{ConfigError, Duration, Located};
use schemars::JsonSchema;
use serde::Deserialize;

use super::bounds::time_limit;

/// Time limits of one route, in the place of its upstream's.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RouteTimeoutConfig {
    /// How long the upstream may take until its response begins.
    pub request: Option<Located<Duration>>,
}

impl RouteTimeoutConfig {
    /// How long the upstream may take, where this is said.
    ///
    /// # Errors
    /// When that is no time at all.
    pub fn request(&self) -> Result<Option<time::Duration>, ConfigError> {
        self.request.as_ref().map(time_limit).transpose()
    }
}

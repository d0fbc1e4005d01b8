//! `keep-alive`.

use gateway_core::config::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How connections to an endpoint are kept while no request needs them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeepAliveConfig {
    /// How long an idle connection is kept. Shorter than what the endpoint does, or it is the endpoint that
    /// closes the connection just when a request is sent. `"0s"` keeps none.
    pub timeout: Duration,
    /// How many idle connections are kept to each endpoint over HTTP/1.1.
    pub connections: usize,
}

impl Default for KeepAliveConfig {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            connections: 256,
        }
    }
}

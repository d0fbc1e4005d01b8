//! `limits`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest number that stands here.
const MAX: usize = 1_000_000;

/// How much an endpoint is given to do at once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct LimitsConfig {
    /// How many connections there may be to each endpoint, idle ones among them. From 1 to 1000000. Envoy's
    /// `max_connections`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections: Located<usize>,
    /// How many requests may wait for a connection to each endpoint, where no more may be opened; the next one
    /// is refused with 503. Up to 1000000; 0 lets none wait. Envoy's `max_pending_requests`.
    #[schemars(range(max = 1_000_000))]
    pub pending: Located<usize>,
}

impl LimitsConfig {
    /// Finds limits outside their range.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        if !(1..=MAX).contains(&*self.connections) {
            let message = format!("a limit of connections is a number from 1 to {MAX}");
            errors.push(ConfigError::new(message).at(self.connections.span()));
        }
        if *self.pending > MAX {
            let message = format!("a limit of pending requests is a number from 0 to {MAX}");
            errors.push(ConfigError::new(message).at(self.pending.span()));
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 1024.into(),
            pending: 1024.into(),
        }
    }
}

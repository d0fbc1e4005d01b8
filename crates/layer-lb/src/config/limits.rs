//! `limits`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest number that stands here.
const MAX: usize = 1_000_000;

/// How much an upstream and each of its endpoints are given to do at once.
///
/// ```
/// use layer_lb::LimitsConfig;
///
/// let config: LimitsConfig = serde_json::from_str(r#"{ "requests": 500 }"#)?;
/// assert_eq!(*config.connections, 1024);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// How many requests may be in flight to the upstream, over all its endpoints, from their admission to the end of
    /// their responses; the next one is refused with 503. From 1 to 1000000; no limit by default. Envoy's
    /// `max_requests`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub requests: Option<Located<usize>>,
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
        if let Some(requests) = self.requests.filter(|most| !(1..=MAX).contains(&**most)) {
            let message = format!("a limit of requests is a number from 1 to {MAX}");
            errors.push(ConfigError::new(message).at(requests.span()));
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 1024.into(),
            pending: 1024.into(),
            requests: None,
        }
    }
}

//! `retry-budget`.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest number that stands here.
const MOST: u32 = 10_000;

/// How often the requests to an upstream may be sent more than once, by retries and hedges of all its routes together.
///
/// ```
/// use layer_lb::RetryBudgetConfig;
///
/// let config: RetryBudgetConfig = serde_json::from_str(r#"{ "per-second": 3 }"#)?;
/// assert_eq!(config.share.get(), 20.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetryBudgetConfig {
    /// Which share of the requests of the last second.
    pub share: Percent,
    /// How often in each second, however few requests there are. Up to 10000. Linkerd's `minRetriesPerSecond`.
    #[schemars(range(max = 10_000))]
    pub per_second: Located<u32>,
}

impl RetryBudgetConfig {
    /// Finds a number out of its range.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        if *self.per_second > MOST {
            let message = format!("so many retries a second are a number from 0 to {MOST}");
            errors.push(ConfigError::new(message).at(self.per_second.span()));
        }
    }
}

impl Default for RetryBudgetConfig {
    fn default() -> Self {
        Self {
            share: Percent::new(20.0),
            per_second: 10.into(),
        }
    }
}

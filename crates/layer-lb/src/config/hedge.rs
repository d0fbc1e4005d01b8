//! `hedge`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a request that takes long is sent to a second endpoint as well; the first good answer counts. Only requests
/// without content that may be handled twice, and within the budget of retries.
///
/// ```
/// use layer_lb::HedgeConfig;
///
/// let config: HedgeConfig = serde_json::from_str(r#"{ "at": "95%" }"#)?;
/// assert_eq!(config.at_least.as_millis(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HedgeConfig {
    /// When it takes longer than this share of the requests did lately. From 1% to 99.9%.
    pub at: Located<Percent>,
    /// But not before it has taken so long.
    #[serde(default = "five_milliseconds")]
    pub at_least: Duration,
}

fn five_milliseconds() -> Duration {
    Duration::from_millis(5)
}

impl HedgeConfig {
    /// Finds a share that says nothing.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        if !(1.0..=99.9).contains(&self.at.get()) {
            errors.push(
                ConfigError::new("a request is hedged at a share from 1% to 99.9%")
                    .at(self.at.span())
                    .help("write \"95%\": one request in twenty is then sent twice"),
            );
        }
    }
}

//! `timeout`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long an exchange with an endpoint may take.
///
/// ```
/// use layer_lb::TimeoutConfig;
///
/// let config: TimeoutConfig = serde_json::from_str(r#"{ "request": "2min" }"#)?;
/// assert_eq!(config.connect.as_secs(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct TimeoutConfig {
    /// How long a connection may take to come about.
    pub connect: Located<Duration>,
    /// How long the head of a response may take, counted from the request or from the last part of its body
    /// that was passed on.
    pub request: Located<Duration>,
    /// How long nothing may pass in either direction while a response is read.
    pub idle: Located<Duration>,
}

impl TimeoutConfig {
    /// Finds limits that nothing could meet.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        for limit in [&self.connect, &self.request, &self.idle] {
            if limit.is_zero() {
                let error = ConfigError::new("a timeout of 0 leaves time for nothing");
                errors.push(
                    error
                        .at(limit.span())
                        .help("write how long it may take, such as \"5s\""),
                );
            }
        }
    }
}

impl Default for TimeoutConfig {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5).into(),
            request: Duration::from_secs(15).into(),
            idle: Duration::from_secs(5 * 60).into(),
        }
    }
}

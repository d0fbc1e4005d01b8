//! `ejection.success-rate`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When an endpoint fails so much more often than the others that it is taken out: its rate of success over a window
/// lies below the mean of all rates, less `factor` times their standard deviation. Envoy's success rate ejection.
///
/// ```
/// use layer_lb::SuccessRateConfig;
///
/// let rate: SuccessRateConfig = serde_json::from_str(r#"{ "window": "30s" }"#).unwrap();
/// assert_eq!(*rate.requests, 100);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct SuccessRateConfig {
    /// How long successes are counted before they are compared. From 1 s to 1 h. Envoy's `interval`.
    pub window: Located<Duration>,
    /// How many standard deviations below the mean are too many. From 0.1 to 10. Of n endpoints, one that fails
    /// alone lies √(n − 1) below. Envoy's `success_rate_stdev_factor`, which is in thousandths.
    #[schemars(range(min = 0.1, max = 10))]
    pub factor: Located<f64>,
    /// How many endpoints must have had enough requests, or nothing is compared. From 2 to 1000. Envoy's
    /// `success_rate_minimum_hosts`.
    #[schemars(range(min = 2, max = 1000))]
    pub endpoints: Located<usize>,
    /// How many requests of a window are enough. From 1 to 1000000. Envoy's `success_rate_request_volume`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub requests: Located<u32>,
}

impl SuccessRateConfig {
    /// Finds values outside their range.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        let mut wrong = |is_right: bool, message: &str, span| {
            if !is_right {
                errors.push(ConfigError::new(message).at(span));
            }
        };
        let windows = Duration::from_secs(1)..=Duration::from_secs(3600);
        wrong(
            windows.contains(&*self.window),
            "a window is from 1s to 1h long",
            self.window.span(),
        );
        wrong(
            (0.1..=10.0).contains(&*self.factor),
            "`factor` is a number from 0.1 to 10",
            self.factor.span(),
        );
        wrong(
            (2..=1000).contains(&*self.endpoints),
            "`endpoints` is a number from 2 to 1000",
            self.endpoints.span(),
        );
        wrong(
            (1..=1_000_000).contains(&*self.requests),
            "`requests` is a number from 1 to 1000000",
            self.requests.span(),
        );
    }
}

impl Default for SuccessRateConfig {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(10).into(),
            factor: 1.9.into(),
            endpoints: 5.into(),
            requests: 100.into(),
        }
    }
}

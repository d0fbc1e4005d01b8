//! `shed`.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admission::Shares;

/// Which share of the requests in flight that an upstream may have (`limits.requests`, `concurrency`) is open to which
/// class of requests. Critical requests may have all of it.
///
/// ```
/// use layer_lb::ShedConfig;
///
/// let config: ShedConfig = serde_json::from_str(r#"{ "background": "50%" }"#)?;
/// assert_eq!(config.background.get(), 50.0);
/// assert_eq!(config.default.get(), 90.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ShedConfig {
    /// Requests of the class `background` are refused while so much is in flight. From 1 % to 100 %, at most the share
    /// of `default`.
    pub background: Located<Percent>,
    /// Requests of the class `default` are refused while so much is in flight, if some route has critical
    /// requests. From 1 % to 100 %.
    pub default: Located<Percent>,
}

impl ShedConfig {
    /// Finds shares that make no sense.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        for share in [&self.background, &self.default] {
            if share.get() < 1.0 {
                let error = ConfigError::new("a share of the room is from 1% to 100%");
                errors.push(error.at(share.span()));
            }
        }
        if self.background.get() > self.default.get() {
            let message = format!(
                "`background`, {}, may not have more room than `default`, {}",
                *self.background, *self.default
            );
            let places = (self.background.span(), self.default.span());
            errors.push(
                ConfigError::new(message)
                    .at_pair(places.0, places.1, "less than that")
                    .help("the background is what is turned away first"),
            );
        }
    }

    /// What they mean.
    pub(crate) fn shares(&self) -> Shares {
        Shares {
            background: self.background.fraction(),
            default: self.default.fraction(),
        }
    }
}

impl Default for ShedConfig {
    fn default() -> Self {
        Self {
            background: Percent::new(70.0).into(),
            default: Percent::new(90.0).into(),
        }
    }
}

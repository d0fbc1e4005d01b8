//! `health-check.expect`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::StatusRange;

/// The longest text that is looked for.
const LONGEST_BODY: usize = 1024;

/// What the answer to a health check over HTTP must be.
///
/// ```
/// use layer_lb::ExpectConfig;
///
/// let expect: ExpectConfig = serde_json::from_str(r#"{ "status": [200, "300-399"] }"#).unwrap();
/// assert_eq!(expect.status[1].to_string(), "300-399");
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectConfig {
    /// The statuses that are right, such as `[204, "300-399"]`. At least one.
    #[schemars(length(min = 1))]
    pub status: Located<Vec<StatusRange>>,
    /// What the first 64 KiB of the body must contain. From 1 to 1024 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub body: Option<Located<String>>,
}

impl ExpectConfig {
    /// Finds what nothing could meet, or anything.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        if self.status.is_empty() {
            let error = ConfigError::new("no status would be right");
            errors.push(
                error
                    .at(self.status.span())
                    .help("write which are, such as [\"200-299\"]"),
            );
        }
        if let Some(body) = &self.body
            && !(1..=LONGEST_BODY).contains(&body.len())
        {
            let error = ConfigError::new(format!(
                "the text to look for has from 1 to {LONGEST_BODY} bytes"
            ));
            errors.push(error.at(body.span()));
        }
    }
}

impl Default for ExpectConfig {
    fn default() -> Self {
        Self {
            status: vec![StatusRange::SUCCESS].into(),
            body: None,
        }
    }
}

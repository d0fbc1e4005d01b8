//! `deadline`.

use gateway_core::config::HeaderName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where clients say how long they wait, beside `grpc-timeout`, which is always heeded.
///
/// ```
/// use layer_lb::DeadlineConfig;
///
/// let config: DeadlineConfig = serde_json::from_str(r#"{ "header": "x-timeout-ms" }"#)?;
/// assert_eq!(config.header.as_str(), "x-timeout-ms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeadlineConfig {
    /// The header field that says so, in milliseconds. It limits all tries together, and each endpoint is told what is
    /// left.
    pub header: HeaderName,
}

//! `deadline`.

use gateway_core::config::HeaderName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where clients say how long they wait, beside `grpc-timeout`, which is always heeded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeadlineConfig {
    /// The header field that says so, in milliseconds. It limits all tries together, and each endpoint is told what is
    /// left.
    pub header: HeaderName,
}

//! `respond` in `[[routes]]`

use std::collections::BTreeMap;

use gateway_core::config::{HeaderName, HeaderValue, Status};
use schemars::JsonSchema;
use serde::Deserialize;

/// An answer from the file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RespondConfig {
    /// The status; 200 by default.
    pub status: Option<Status>,
    /// The body; empty by default.
    #[serde(default)]
    pub body: String,
    /// The media type of the body; `text/plain; charset=utf-8` by default when there is a body.
    pub content_type: Option<HeaderValue>,
    /// Further header fields.
    #[serde(default)]
    pub headers: BTreeMap<HeaderName, HeaderValue>,
}

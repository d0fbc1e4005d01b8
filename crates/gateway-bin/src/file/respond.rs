//! `respond` in `[[routes]]`

use std::collections::BTreeMap;

use gateway_core::config::{HeaderName, HeaderValue, Located, Status};
use schemars::JsonSchema;
use serde::Deserialize;

/// An answer from the file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RespondConfig {
    /// The status, from 200 to 599; 200 by default.
    #[schemars(extend("default" = 200, "minimum" = 200))]
    pub status: Option<Located<Status>>,
    /// The body; empty by default.
    #[serde(default)]
    pub body: Located<String>,
    /// The media type of the body; `text/plain; charset=utf-8` by default when there is a body.
    pub content_type: Option<HeaderValue>,
    /// Further header fields.
    #[serde(default)]
    pub headers: BTreeMap<Located<HeaderName>, HeaderValue>,
}

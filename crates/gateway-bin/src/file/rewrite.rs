//! `rewrite` in `[[routes]]`

use gateway_core::config::Located;
use schemars::JsonSchema;
use serde::Deserialize;

/// How path and host change on the way to the upstream.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("not" = { "required": ["strip-prefix", "path"] }))]
pub struct RewriteConfig {
    /// Leading segments that the path loses, such as `/v1`.
    #[schemars(regex(pattern = "^/"))]
    pub strip_prefix: Option<Located<String>>,
    /// The whole new path, in which `{name}` is what the route's path caught.
    #[schemars(regex(pattern = "^/"))]
    pub path: Option<Located<String>>,
    /// The host the upstream sees: `"preserve"` (the client's, the default), `"upstream"` (the endpoint's
    /// own), or a host name.
    #[schemars(extend("default" = "preserve"))]
    pub host: Option<Located<String>>,
}

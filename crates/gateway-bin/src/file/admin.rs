//! `[admin]`

use gateway_core::config::Located;
use schemars::JsonSchema;
use serde::Deserialize;

use super::BindAddress;

/// Where the gateway answers about itself: `/livez`, `/readyz` and `/metrics`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AdminConfig {
    /// Address and port, such as `127.0.0.1:9900`; port 0 lets the system choose.
    pub bind: Located<BindAddress>,
}

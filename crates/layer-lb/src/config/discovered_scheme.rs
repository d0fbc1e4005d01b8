//! `discover.scheme`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How endpoints are spoken to that DNS names: it tells addresses alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiscoveredScheme {
    /// In the clear.
    #[default]
    Http,
    /// Over TLS, with certificates for the name that was looked up, unless `tls.server-name` names another.
    Https,
}

impl DiscoveredScheme {
    /// As it stands in URLs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

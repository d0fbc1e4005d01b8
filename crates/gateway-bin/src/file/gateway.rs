//! `[gateway]`

use gateway_core::config::Located;
use gateway_core::head::{HeadLimits, HeadPolicy, Methods};
use gateway_core::path::EncodedSlash;
use schemars::JsonSchema;
use serde::Deserialize;

use super::DrainConfig;

/// What concerns every route.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct GatewayConfig {
    /// Layers around every route, outside the route's own, in the order in which they run.
    pub layers: Vec<Located<String>>,
    /// How the gateway shuts down.
    pub drain: DrainConfig,
    /// What the head of a request may look like.
    pub head: HeadConfig,
}

/// What the head of a request may look like.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct HeadConfig {
    /// Most header fields, each line counted; 100 by default.
    #[schemars(range(min = 1, max = 1000))]
    pub max_fields: Option<u16>,
    /// Longest request target in bytes; 8192 by default.
    #[schemars(range(min = 1, max = 65535))]
    pub max_target: Option<u16>,
    /// What becomes of `%2F` in a path.
    pub encoded_slash: EncodedSlashConfig,
    /// Whether header fields with `_` in their name are passed on. By default they are dropped, since many
    /// back ends take `x_user` and `x-user` for the same field.
    pub keep_underscores: bool,
}

/// What becomes of `%2F` in a path.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EncodedSlashConfig {
    /// The request is refused, since back ends disagree about what it means.
    #[default]
    Refuse,
    /// It stays as it is, as part of a segment.
    Keep,
}

impl HeadConfig {
    /// The policy, with `methods` served beside the usual ones.
    pub fn policy(&self, methods: Methods) -> HeadPolicy {
        let default = HeadLimits::default();
        HeadPolicy {
            limits: HeadLimits {
                target: self.max_target.map_or(default.target, usize::from),
                fields: self.max_fields.map_or(default.fields, usize::from),
            },
            methods,
            encoded_slash: match self.encoded_slash {
                EncodedSlashConfig::Refuse => EncodedSlash::Refuse,
                EncodedSlashConfig::Keep => EncodedSlash::Keep,
            },
            keep_underscores: self.keep_underscores,
        }
    }
}

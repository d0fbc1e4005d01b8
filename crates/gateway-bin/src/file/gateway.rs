//! `[gateway]`

use std::ops::RangeInclusive;

use gateway_core::config::{ByteSize, ConfigErrors, Located};
use gateway_core::head::{HeadLimits, HeadPolicy, Methods};
use gateway_core::path::EncodedSlash;
use schemars::JsonSchema;
use serde::Deserialize;

use super::DrainConfig;
use super::bounds::{number_within, size_within};

/// What `max-target` may be; a longer one is no URI to the libraries below us.
const TARGET_SIZES: RangeInclusive<u64> = 64..=63 * 1024;

/// What `max-fields` may be.
const FIELD_COUNTS: RangeInclusive<u16> = 1..=1000;

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
    #[schemars(range(min = 1, max = 1000), extend("default" = 100))]
    pub max_fields: Option<Located<u16>>,
    /// Longest request target; 8 KiB by default, at least 64 B, at most 63 KiB.
    #[schemars(extend("default" = "8KiB"))]
    pub max_target: Option<Located<ByteSize>>,
    /// What becomes of `%2F` in a path.
    #[schemars(extend("default" = "refuse"))]
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
    /// The limits.
    ///
    /// # Errors
    /// Every limit that is out of range.
    pub fn limits(&self) -> Result<HeadLimits, ConfigErrors> {
        let mut errors = ConfigErrors::new();
        let mut limits = HeadLimits::default();
        if let Some(count) = &self.max_fields {
            let count = number_within(FIELD_COUNTS, "max-fields", count);
            limits.fields = errors.take(count).unwrap_or_default().into();
        }
        if let Some(size) = &self.max_target {
            let size = size_within(TARGET_SIZES, "max-target", size);
            limits.target = errors.take(size).unwrap_or_default();
        }
        errors.or(limits)
    }

    /// The policy with these `limits`, and with `methods` served beside the usual ones.
    pub fn policy(&self, limits: HeadLimits, methods: Methods) -> HeadPolicy {
        HeadPolicy {
            limits,
            methods,
            encoded_slash: match self.encoded_slash {
                EncodedSlashConfig::Refuse => EncodedSlash::Refuse,
                EncodedSlashConfig::Keep => EncodedSlash::Keep,
            },
            keep_underscores: self.keep_underscores,
        }
    }
}

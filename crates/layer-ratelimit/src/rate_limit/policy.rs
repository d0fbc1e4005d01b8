//! What is allowed.

use gateway_core::config::Rate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Key;

/// What is allowed: a rate, a burst, and by which key requests are counted.
///
/// ```
/// use layer_ratelimit::{Key, OnMissingKey, Policy, RateLimitLayer};
///
/// let policy = Policy::new("100/min".parse().unwrap(), Key::Consumer)
///     .burst(20)
///     .named("fair-use")
///     .on_missing_key(OnMissingKey::Skip);
/// let layer = RateLimitLayer::new(policy).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) rate: Rate,
    pub(crate) burst: u32,
    pub(crate) key: Key,
    pub(crate) on_missing_key: OnMissingKey,
}

impl Policy {
    /// As many as `rate` says, for each value of `key`. All requests of a period may come at once;
    /// requests without a key are refused; clients know the policy as `default`.
    pub fn new(rate: Rate, key: Key) -> Self {
        Self {
            name: "default".into(),
            rate,
            burst: rate.count().get(),
            key,
            on_missing_key: OnMissingKey::default(),
        }
    }

    /// How many requests may come at once after a time of rest, at least 1. It does not change how many pass
    /// in the long run.
    #[must_use]
    pub fn burst(mut self, burst: u32) -> Self {
        self.burst = burst;
        self
    }

    /// The name under which clients are told of it in `RateLimit` and `RateLimit-Policy`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What happens to a request that lacks the key.
    #[must_use]
    pub fn on_missing_key(mut self, on_missing_key: OnMissingKey) -> Self {
        self.on_missing_key = on_missing_key;
        self
    }
}

/// What happens to a request that lacks what the limit counts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnMissingKey {
    /// It passes uncounted.
    Skip,
    /// It is refused with 400 and the code `rate-limit/key-missing`.
    #[default]
    Deny,
    /// All such requests are counted together.
    Shared,
}

//! `sticky` in `balance`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CookieName;

/// The shortest secret, in bytes.
const SHORTEST: usize = 16;

/// A cookie that keeps a client with the endpoint that it came to first.
///
/// ```
/// use gateway_core::config::Secret;
/// use layer_lb::{BalanceConfig, StickyConfig};
///
/// let balance = BalanceConfig::Sticky(StickyConfig {
///     cookie: "lb".parse()?,
///     secret: Secret::new("the same in all gateways").into(),
///     max_age: None,
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StickyConfig {
    /// The name of the cookie.
    pub cookie: CookieName,
    /// What the cookie is signed with, at least 16 bytes; all gateways in front of the same clients need the same.
    #[serde(skip_serializing)]
    pub secret: Located<Secret>,
    /// How long the client keeps the cookie, counted from when it gets it. Left out, until it ends its session. At least
    /// `"1s"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<Located<Duration>>,
}

impl StickyConfig {
    /// Finds a secret that is none, and an age that is.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        if self.secret.expose().len() < SHORTEST {
            let message = format!("a secret to sign with has at least {SHORTEST} bytes");
            let error = ConfigError::new(message).at(self.secret.span());
            errors.push(error.help("make one by `openssl rand -base64 32`"));
        }
        if let Some(max_age) = &self.max_age
            && max_age.as_secs() == 0
        {
            let error = ConfigError::new("a cookie lives for at least 1s").at(max_age.span());
            errors.push(error.help("leave `max-age` out to keep it until the session ends"));
        }
    }
}

impl PartialEq for StickyConfig {
    fn eq(&self, other: &Self) -> bool {
        self.cookie == other.cookie
            && self.max_age == other.max_age
            && self.secret.expose() == other.secret.expose()
    }
}

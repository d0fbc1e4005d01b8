//! `[listeners.NAME]`

use std::ops::RangeInclusive;

use gateway_core::config::{ByteSize, Cidr, ConfigErrors, Duration, Located};
use gateway_core::head::TrustedProxies;
use schemars::JsonSchema;
use serde::Deserialize;

use super::BindAddress;
use super::bounds::{size_within, time_limit};
use crate::server::ConnectionLimits;

/// What `max-header-size` may be.
const HEADER_SIZES: RangeInclusive<u64> = 8 * 1024..=1024 * 1024;

/// An address on which clients are served: HTTP/1.1, and HTTP/2 for clients that begin with it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListenerConfig {
    /// Address and port, such as `0.0.0.0:8080`; port 0 lets the system choose.
    pub bind: Located<BindAddress>,
    /// Networks of the proxies before us whose `X-Forwarded-*` fields are believed; none by default.
    #[serde(default)]
    pub trusted_proxies: Vec<Cidr>,
    /// Limits of a connection.
    #[serde(default)]
    pub http: HttpConfig,
}

/// Limits of a connection.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpConfig {
    /// How long a request's head may take, and a new connection to its first byte; 10 s by default.
    #[schemars(extend("default" = "10s"))]
    pub header_timeout: Option<Located<Duration>>,
    /// How long a connection may stay without a request; 75 s by default.
    #[schemars(extend("default" = "75s"))]
    pub idle_timeout: Option<Located<Duration>>,
    /// How long a client may take nothing of a response that is ready for it; 60 s by default.
    #[schemars(extend("default" = "60s"))]
    pub write_timeout: Option<Located<Duration>>,
    /// Largest request head; 64 KiB by default, at least 8 KiB, at most 1 MiB.
    #[schemars(extend("default" = "64KiB"))]
    pub max_header_size: Option<Located<ByteSize>>,
}

impl ListenerConfig {
    /// The proxies that are believed.
    pub fn trusted(&self) -> TrustedProxies {
        self.trusted_proxies.iter().map(|cidr| cidr.get()).collect()
    }
}

impl HttpConfig {
    /// The limits.
    ///
    /// # Errors
    /// Every limit that is out of range.
    pub fn limits(&self) -> Result<ConnectionLimits, ConfigErrors> {
        let mut errors = ConfigErrors::new();
        let mut limits = ConnectionLimits::default();
        if let Some(limit) = &self.header_timeout {
            limits.header_timeout = errors.take(time_limit(limit)).unwrap_or_default();
        }
        if let Some(limit) = &self.idle_timeout {
            limits.idle_timeout = errors.take(time_limit(limit)).unwrap_or_default();
        }
        if let Some(limit) = &self.write_timeout {
            limits.write_timeout = errors.take(time_limit(limit)).unwrap_or_default();
        }
        if let Some(size) = &self.max_header_size {
            let size = size_within(HEADER_SIZES, "max-header-size", size);
            limits.header_size = errors.take(size).unwrap_or_default();
        }
        errors.or(limits)
    }
}

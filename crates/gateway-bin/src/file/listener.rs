//! `[listeners.NAME]`

use std::net::SocketAddr;

use gateway_core::config::{ByteSize, Cidr, ConfigError, Duration, Located};
use gateway_core::head::TrustedProxies;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::server::ConnectionLimits;

/// An address on which clients are served: HTTP/1.1, and HTTP/2 for clients that begin with it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListenerConfig {
    /// Address and port, such as `0.0.0.0:8080`; port 0 lets the system choose.
    #[schemars(with = "String")]
    pub bind: SocketAddr,
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
    pub header_timeout: Option<Duration>,
    /// How long a connection may stay without a request; 75 s by default.
    pub idle_timeout: Option<Duration>,
    /// Largest request head; 64 KiB by default, at least 8 KiB, at most 1 MiB.
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
    /// When the head size is out of range.
    pub fn limits(&self) -> Result<ConnectionLimits, ConfigError> {
        let default = ConnectionLimits::default();
        let header_size = match &self.max_header_size {
            None => default.header_size,
            Some(size) => match usize::try_from(size.get()) {
                Ok(bytes @ 8_192..=1_048_576) => bytes,
                _ => {
                    return Err(ConfigError::new("`max-header-size` is out of range")
                        .at(size.span())
                        .help("write a size from \"8KiB\" to \"1MiB\""));
                }
            },
        };
        Ok(ConnectionLimits {
            header_timeout: self.header_timeout.map_or(default.header_timeout, Duration::get),
            idle_timeout: self.idle_timeout.map_or(default.idle_timeout, Duration::get),
            header_size,
        })
    }
}

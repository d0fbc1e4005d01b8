//! `keep-alive`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How connections to an endpoint are kept while no request needs them.
///
/// ```
/// use layer_lb::KeepAliveConfig;
///
/// let config: KeepAliveConfig = serde_json::from_str(r#"{ "warm": 2 }"#)?;
/// assert_eq!(config.connections, 256);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeepAliveConfig {
    /// How long an idle connection is kept. Shorter than what the endpoint does, or it is the endpoint that
    /// closes the connection just when a request is sent. `"0s"` keeps none.
    pub timeout: Duration,
    /// How many idle connections are kept to each endpoint.
    pub connections: usize,
    /// How old a connection may become before it takes no more requests; what is in flight may finish. Less by
    /// up to a tenth, at random, so that connections opened together do not end together. At least `"1s"`.
    pub max_age: Located<Duration>,
    /// How many requests a connection may serve before it takes no more. 0, the default, sets no limit. Envoy's
    /// `max_requests_per_connection`.
    pub max_requests: u64,
    /// How many connections are held open to each endpoint even while there are no requests: opened at the start,
    /// and again when they end. Up to `connections`; 0, the default, holds none.
    pub warm: Located<usize>,
}

/// The shortest age: below it, opening connections is all that an endpoint does.
const MIN_AGE: Duration = Duration::from_secs(1);

impl KeepAliveConfig {
    /// Finds an age that is too short, and more warm connections than may be kept.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        let warm = *self.warm;
        if warm > 0 && (self.timeout.is_zero() || warm > self.connections) {
            let error = ConfigError::new("more connections are warm than may be idle");
            let error = error.at(self.warm.span());
            errors.push(if self.timeout.is_zero() {
                error.help("leave out `timeout = \"0s\"`, which keeps no connection")
            } else {
                error.help(format!("write `connections = {warm}` beside it"))
            });
        }
        if *self.max_age < MIN_AGE {
            let error = ConfigError::new("connections may become at least 1s old");
            errors.push(
                error
                    .at(self.max_age.span())
                    .help("to keep no connection, write `timeout = \"0s\"`"),
            );
        }
    }
}

impl Default for KeepAliveConfig {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            connections: 256,
            max_age: Duration::from_secs(60 * 60).into(),
            max_requests: 0,
            warm: 0.into(),
        }
    }
}

//! `keep-alive`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How connections to an endpoint are kept while no request needs them.
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
}

/// The shortest age: below it, opening connections is all that an endpoint does.
const MIN_AGE: Duration = Duration::from_secs(1);

impl KeepAliveConfig {
    /// Finds an age that is too short.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
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
        }
    }
}

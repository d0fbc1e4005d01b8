//! `body` in `http` of `[listeners.NAME]`

use gateway_core::config::{ByteRate, ConfigError, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::Deserialize;

use super::bounds::{TIMEOUTS, time_within};
use crate::server::BodyPace;

/// The largest `rate`: 1 MiB/s. A faster one would refuse ordinary clients behind a slow line.
const FASTEST: u64 = 1024 * 1024;

/// How slowly a client may send a request's body while it is waited for. A slow upstream does not count
/// against it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BodyPaceConfig {
    /// How long the client may be waited for on top of what the rate allows; 10 s by default, at most 1 h.
    #[schemars(extend("default" = "10s"))]
    pub grace: Option<Located<Duration>>,
    /// The least that must come, on average; 240 bytes per second by default, at most 1 MiB/s.
    #[schemars(extend("default" = "240B/s"))]
    pub rate: Option<Located<ByteRate>>,
}

impl BodyPaceConfig {
    /// Sets what is given; what is out of range is added to `errors`.
    pub(super) fn limit(&self, pace: &mut BodyPace, errors: &mut ConfigErrors) {
        if let Some(grace) = &self.grace {
            let grace = time_within(TIMEOUTS, "grace", grace);
            pace.grace = errors.take(grace).unwrap_or_default();
        }
        if let Some(rate) = &self.rate {
            pace.rate = rate.get();
            if pace.rate > FASTEST {
                let error = ConfigError::new("`rate` is out of range").at(rate.span());
                errors.push(error.help("write a rate from \"1B/s\" to \"1MiB/s\""));
            }
        }
    }
}

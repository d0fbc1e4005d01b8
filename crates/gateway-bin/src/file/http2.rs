//! `http2` in `[listeners.NAME]`

use std::ops::RangeInclusive;

use gateway_core::config::{ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::Deserialize;

use super::bounds::{TIMEOUTS, number_within, time_within};
use crate::server::ConnectionLimits;

/// What `max-streams` may be.
const STREAMS: RangeInclusive<u32> = 1..=1000;

/// What `ping-interval` may be.
const PING_INTERVALS: RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(3600);

/// Limits of an HTTP/2 connection.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Http2Config {
    /// Requests that a client may have under way at once; 100 by default.
    #[schemars(range(min = 1, max = 1000), extend("default" = 100))]
    pub max_streams: Option<Located<u32>>,
    /// How often a client from which nothing comes is asked whether it is still there; 30 s by default, at
    /// least 100 ms, at most 1 h.
    #[schemars(extend("default" = "30s"))]
    pub ping_interval: Option<Located<Duration>>,
    /// How long it may take to say so; 10 s by default, at most 1 h.
    #[schemars(extend("default" = "10s"))]
    pub ping_timeout: Option<Located<Duration>>,
}

impl Http2Config {
    /// Sets the limits that are given; those out of range are added to `errors`.
    pub(super) fn limit(&self, limits: &mut ConnectionLimits, errors: &mut ConfigErrors) {
        if let Some(count) = &self.max_streams {
            let count = number_within(STREAMS, "max-streams", count);
            limits.streams = errors.take(count).unwrap_or_default();
        }
        if let Some(interval) = &self.ping_interval {
            let interval = time_within(PING_INTERVALS, "ping-interval", interval);
            limits.ping_interval = errors.take(interval).unwrap_or_default();
        }
        if let Some(timeout) = &self.ping_timeout {
            let timeout = time_within(TIMEOUTS, "ping-timeout", timeout);
            limits.ping_timeout = errors.take(timeout).unwrap_or_default();
        }
    }
}

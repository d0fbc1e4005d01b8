//! `http` in `[listeners.NAME]`

use std::ops::RangeInclusive;

use gateway_core::config::{ByteSize, ConfigErrors, Duration, Located};
use schemars::JsonSchema;
use serde::Deserialize;

use super::BodyPaceConfig;
use super::bounds::{TIMEOUTS, number_within, size_within, time_within};
use crate::server::ConnectionLimits;

/// What `max-header-size` may be.
const HEADER_SIZES: RangeInclusive<u64> = 8 * 1024..=1024 * 1024;

/// What `max-age` may be.
const AGES: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(30 * 86_400);

/// What `max-requests` may be.
const REQUESTS: RangeInclusive<u64> = 1..=1_000_000_000;

/// Limits of a connection.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpConfig {
    /// How long a new connection may take to its first byte; 10 s by default, at most 1 h.
    #[schemars(extend("default" = "10s"))]
    pub first_byte_timeout: Option<Located<Duration>>,
    /// How long a request's head may take from its first byte; 10 s by default, at most 1 h.
    #[schemars(extend("default" = "10s"))]
    pub header_timeout: Option<Located<Duration>>,
    /// How long a connection may stay without a request; 75 s by default, at most 1 h.
    #[schemars(extend("default" = "75s"))]
    pub idle_timeout: Option<Located<Duration>>,
    /// How long a client may take nothing of a response that is ready for it; 60 s by default, at most 1 h.
    #[schemars(extend("default" = "60s"))]
    pub write_timeout: Option<Located<Duration>>,
    /// How slowly a client may send a request's body.
    #[serde(default)]
    pub body: BodyPaceConfig,
    /// After which age a connection is closed once its requests have ended; 1 h by default, at most 30 days.
    /// Up to a tenth is taken off at random, lest clients that came together go together.
    #[schemars(extend("default" = "1h"))]
    pub max_age: Option<Located<Duration>>,
    /// After how many requests a connection is closed; 100,000 by default.
    #[schemars(range(min = 1, max = 1_000_000_000), extend("default" = 100_000))]
    pub max_requests: Option<Located<u64>>,
    /// Largest request head; 64 KiB by default, at least 8 KiB, at most 1 MiB.
    #[schemars(extend("default" = "64KiB"))]
    pub max_header_size: Option<Located<ByteSize>>,
}

impl HttpConfig {
    /// Sets the limits that are given; those out of range are added to `errors`.
    pub(super) fn limit(&self, limits: &mut ConnectionLimits, errors: &mut ConfigErrors) {
        let timeouts = [
            (
                "first-byte-timeout",
                &self.first_byte_timeout,
                &mut limits.first_byte_timeout,
            ),
            (
                "header-timeout",
                &self.header_timeout,
                &mut limits.header_timeout,
            ),
            ("idle-timeout", &self.idle_timeout, &mut limits.idle_timeout),
            (
                "write-timeout",
                &self.write_timeout,
                &mut limits.write_timeout,
            ),
        ];
        for (key, given, limit) in timeouts {
            if let Some(given) = given {
                *limit = errors
                    .take(time_within(TIMEOUTS, key, given))
                    .unwrap_or_default();
            }
        }
        self.body.limit(&mut limits.body, errors);
        if let Some(age) = &self.max_age {
            let age = time_within(AGES, "max-age", age);
            limits.max_age = errors.take(age).unwrap_or_default();
        }
        if let Some(count) = &self.max_requests {
            let count = number_within(REQUESTS, "max-requests", count);
            limits.max_requests = errors.take(count).unwrap_or_default();
        }
        if let Some(size) = &self.max_header_size {
            let size = size_within(HEADER_SIZES, "max-header-size", size);
            limits.header_size = errors.take(size).unwrap_or_default();
        }
    }
}

//! What a listener allows one connection.

use std::time::Duration;

use super::BodyPace;

/// What a listener allows one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How long a new connection may take to its first byte; 10 s.
    pub first_byte_timeout: Duration,
    /// How long a request head may take from its first byte; 10 s.
    pub header_timeout: Duration,
    /// How long a connection may stay without a request; 75 s.
    pub idle_timeout: Duration,
    /// How long a client may take nothing of a response that is ready for it; 60 s.
    pub write_timeout: Duration,
    /// How slowly a client may send a request's body before the response begins.
    pub body: BodyPace,
    /// After which age a connection is closed once its requests have ended; 1 h, and up to a tenth less, lest
    /// clients that came together go together.
    pub max_age: Duration,
    /// After how many requests a connection is closed; 100,000.
    pub max_requests: u64,
    /// Largest request head in bytes; 64 KiB.
    pub header_size: usize,
    /// Most header fields; 100.
    pub fields: usize,
    /// Requests that an HTTP/2 client may have under way at once; 100.
    pub streams: u32,
    /// How often an HTTP/2 client without a request is asked whether it is still there; 30 s.
    pub ping_interval: Duration,
    /// How long it may take to say so; 10 s.
    pub ping_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(60),
            body: BodyPace::default(),
            max_age: Duration::from_secs(60 * 60),
            max_requests: 100_000,
            header_size: 64 * 1024,
            fields: 100,
            streams: 100,
            ping_interval: Duration::from_secs(30),
            ping_timeout: Duration::from_secs(10),
        }
    }
}

impl ConnectionLimits {
    /// The shortest of the time limits.
    pub(super) fn soonest(&self) -> Duration {
        self.header_timeout
            .min(self.idle_timeout)
            .min(self.write_timeout)
    }
}

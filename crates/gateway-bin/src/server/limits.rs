//! What a listener allows one connection.

use std::time::Duration;

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

/// How slowly a client may send a body that is waited for. A slow upstream does not count against it, and a
/// gRPC stream may rest as long as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPace {
    /// How long the client may be waited for on top of what the rate allows; 10 s.
    pub grace: Duration,
    /// Bytes per second; 240.
    pub rate: u64,
}

impl Default for BodyPace {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(10),
            rate: 240,
        }
    }
}

impl BodyPace {
    /// How long the client may have been waited for by the time that `received` bytes of a body have come.
    pub fn patience(self, received: u64) -> Duration {
        let allowed = received.saturating_mul(1000) / self.rate.max(1);
        self.grace.saturating_add(Duration::from_millis(allowed))
    }
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

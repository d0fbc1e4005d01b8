//! What a listener allows one connection.

use std::time::Duration;

/// What a listener allows one connection.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// How long a request head may take from its first byte, and a connection to its first byte; 10 s.
    pub header_timeout: Duration,
    /// How long a connection may stay without a request; 75 s.
    pub idle_timeout: Duration,
    /// How long a client may take nothing of a response that is ready for it; 60 s.
    pub write_timeout: Duration,
    /// Largest request head in bytes; 64 KiB.
    pub header_size: usize,
    /// Most header fields; 100.
    pub fields: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(60),
            header_size: 64 * 1024,
            fields: 100,
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

//! Why the gateway itself ends a connection.

use std::fmt;

/// Why the gateway itself ends a connection, or a stream of one. Each reason has a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// No byte came after connecting.
    FirstByte,
    /// A request's head was begun and not finished in time.
    Head,
    /// A request's body came too slowly.
    Body,
    /// The client took nothing of a response for too long.
    Write,
    /// No request for too long.
    Idle,
    /// An HTTP/2 client did not answer a ping.
    Ping,
    /// The connection was old enough.
    Age,
    /// The connection has had as many requests as it may.
    Requests,
    /// What the client sent was no HTTP, or abused it.
    Protocol,
    /// The listener had as many connections as it may.
    Crowded,
}

impl Ending {
    /// All reasons, in the order of the counters.
    pub const ALL: [Self; 10] = [
        Self::FirstByte,
        Self::Head,
        Self::Body,
        Self::Write,
        Self::Idle,
        Self::Ping,
        Self::Age,
        Self::Requests,
        Self::Protocol,
        Self::Crowded,
    ];

    /// The reason as the label of a metric.
    pub fn label(self) -> &'static str {
        match self {
            Self::FirstByte => "first-byte",
            Self::Head => "head",
            Self::Body => "body",
            Self::Write => "write",
            Self::Idle => "idle",
            Self::Ping => "ping",
            Self::Age => "age",
            Self::Requests => "requests",
            Self::Protocol => "protocol",
            Self::Crowded => "crowded",
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

//! How a server takes leave of a client that asked too much.

/// How a server dealt with what a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It said GOAWAY with this error code.
    GoAway(u32),
    /// It closed the connection without GOAWAY, or reset it.
    Closed,
    /// It read no more: what was written waits in the sockets' buffers.
    Blocked,
    /// It took all of it and the connection stands.
    Open,
}

impl Ending {
    /// Whether the connection is gone, or about to be.
    pub fn is_end(self) -> bool {
        matches!(self, Self::GoAway(_) | Self::Closed)
    }
}

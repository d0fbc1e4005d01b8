//! How a connection comes to its end.

use std::time::Duration;

use gateway_core::facts::TunnelIo;

/// How a connection comes to its end.
pub(super) enum End {
    /// The client has gone, or nothing is owed to it.
    Gone,
    /// All is said, and the client has nothing more to send.
    Done,
    /// All is said, but the client may still be sending: what it sends must not destroy what it has yet to read.
    Said,
    /// An answer broke off: the client must see that at once.
    BrokenOff,
    /// As [`Self::BrokenOff`], where only a reset shows it.
    Reset,
    /// The connection is a tunnel to `upstream` from here on, which may rest for `idle`.
    Tunnel {
        upstream: Box<dyn TunnelIo>,
        idle: Duration,
    },
}

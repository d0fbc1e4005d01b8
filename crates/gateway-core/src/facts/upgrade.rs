//! The client asks to speak another protocol.

use super::Fact;

/// The client asks to speak another protocol over this exchange: by `Upgrade` in HTTP/1.1 (RFC 9110, section
/// 7.8), by extended CONNECT in HTTP/2 (RFC 8441). Inside a stack both look alike: a GET with this fact, without
/// the fields that ask for it on the wire.
///
/// Whoever grants it answers `101 Switching Protocols` with a [`Tunnel`](super::Tunnel).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Upgrade {
    /// `websocket` (RFC 6455), the only one that is ever granted.
    WebSocket,
}

impl Fact for Upgrade {
    const NAME: &'static str = "upgrade";
}

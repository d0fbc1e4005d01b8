//! The far end of a connection that has switched protocols.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use super::Fact;

/// A stream of bytes in both directions, whatever carries it.
pub trait TunnelIo: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<I: AsyncRead + AsyncWrite + Send + Unpin + 'static> TunnelIo for I {}

/// The upstream's end of an exchange that has switched protocols: travels outward in the extensions of the
/// answer to an [`Upgrade`](super::Upgrade), for the server to join with the client's end once that answer is
/// written. Dropped untaken, it closes the upstream's end.
#[derive(Clone)]
pub struct Tunnel {
    io: Arc<Mutex<Option<Box<dyn TunnelIo>>>>,
    idle: Duration,
}

impl Tunnel {
    /// Carries `io`, at which the next byte is the first of the new protocol. The tunnel may go for `idle` without
    /// a byte in either direction.
    pub fn new(io: impl TunnelIo, idle: Duration) -> Self {
        Self {
            io: Arc::new(Mutex::new(Some(Box::new(io)))),
            idle,
        }
    }

    /// The upstream's end; `None` for all but the first who asks.
    pub fn take(&self) -> Option<Box<dyn TunnelIo>> {
        self.io
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// How long the tunnel may go without a byte in either direction.
    pub fn idle(&self) -> Duration {
        self.idle
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tunnel")
    }
}

impl Fact for Tunnel {
    const NAME: &'static str = "tunnel";
}

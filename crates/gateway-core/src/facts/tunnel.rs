//! The far end of a connection that has switched protocols.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};

use super::Fact;

/// A stream of bytes in both directions, whatever carries it.
pub trait TunnelIo: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<I: AsyncRead + AsyncWrite + Send + Unpin + 'static> TunnelIo for I {}

/// The upstream's end of an exchange that has switched protocols: travels outward in the extensions of the
/// answer to an [`Upgrade`](super::Upgrade), for the server to join with the client's end once that answer is
/// written. Dropped untaken, it closes the upstream's end.
#[derive(Clone)]
pub struct Tunnel(Arc<Mutex<Option<Box<dyn TunnelIo>>>>);

impl Tunnel {
    /// Carries `io`, at which the next byte is the first of the new protocol.
    pub fn new(io: impl TunnelIo) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(io)))))
    }

    /// The upstream's end; `None` for all but the first who asks.
    pub fn take(&self) -> Option<Box<dyn TunnelIo>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
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

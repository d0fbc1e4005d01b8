//! What a client's connection must be able to do.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A client's connection.
pub(in crate::server) trait ClientIo:
    AsyncRead + AsyncWrite + Send + Unpin + 'static
{
    /// Has the connection end with a reset once it is dropped, so that the client cannot take what it has got for
    /// all there is.
    fn reset_on_drop(&self);
}

impl ClientIo for TcpStream {
    fn reset_on_drop(&self) {
        if let Err(error) = self.set_zero_linger() {
            tracing::debug!(%error, "connection cannot be reset");
        }
    }
}

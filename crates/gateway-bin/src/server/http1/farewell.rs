//! What is done when a connection comes to its end.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::client_io::ClientIo;
use super::connection::Connection;
use super::end::End;
use crate::server::respond::Respond;
use crate::server::{Ending, tunnel};

/// How long, and for how many bytes, a client that was answered for the last time is listened to.
const LINGERING: Duration = Duration::from_secs(2);
const MOST_DISCARDED: usize = 1024 * 1024;
/// How much is discarded at once.
const DISCARDED: usize = 16 * 1024;

impl<I: ClientIo, R: Respond> Connection<I, R> {
    /// Ends the connection.
    pub(super) async fn farewell(self, end: End) {
        let (io, already_read) = {
            let mut wire = self.shared.lock();
            if wire.body.is_malformed {
                self.note(Ending::Protocol);
            }
            (wire.take_io(), wire.input.split().freeze())
        };
        let Some(mut io) = io else { return };
        match end {
            End::Gone | End::BrokenOff => {}
            End::Done => {
                let _ = timeout(LINGERING, io.shutdown()).await;
            }
            End::Reset => io.reset_on_drop(),
            End::Said => {
                // Until the client closes too, or time is up.
                let _ = timeout(LINGERING, linger(&mut io)).await;
            }
            End::Tunnel { upstream, idle } => {
                self.counters.tunnels.increment();
                let end = tunnel::run(io, already_read, upstream, idle, &self.drain).await;
                tracing::debug!(?end, "tunnel ended");
            }
        }
    }
}

/// Says that nothing more is sent, and throws away what still comes. To close a socket with something unread in it
/// is to reset it, which takes from the client what it has not read yet (RFC 9112, section 9.6).
async fn linger(io: &mut impl ClientIo) -> io::Result<()> {
    io.shutdown().await?;
    let mut discarded = BytesMut::with_capacity(DISCARDED);
    let mut count = 0;
    while count < MOST_DISCARDED {
        discarded.clear();
        match io.read_buf(&mut discarded).await? {
            0 => break,
            read => count += read,
        }
    }
    Ok(())
}

//! Asking a silent client whether it is still there.

use std::task::{Context, Poll};

use h2::{Ping, PingPong};
use tokio::time::Instant;

/// Asks a silent client whether it is still there (RFC 9113, section 6.7). Bytes alone do not say so: they may be
/// those of a frame that never ends.
pub(super) struct Pinger {
    /// `None` where h2 has given its pings to somebody else, which nobody asks for.
    pings: Option<PingPong>,
    asked: Option<Instant>,
}

impl Pinger {
    pub(super) fn new(pings: Option<PingPong>) -> Self {
        Self { pings, asked: None }
    }

    /// Since when an answer is owed.
    pub(super) fn asked(&self) -> Option<Instant> {
        self.asked
    }

    /// Asks.
    pub(super) fn ask(&mut self, now: Instant) {
        if let Some(pings) = &mut self.pings
            && let Err(error) = pings.send_ping(Ping::opaque())
        {
            tracing::debug!(%error, "a ping was not sent");
        }
        // Sent or not, without an answer the client is as good as gone.
        self.asked = Some(now);
    }

    /// Takes the answer, if it has come.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        if self.asked.is_some()
            && let Some(pings) = &mut self.pings
            && let Poll::Ready(Ok(_)) = pings.poll_pong(cx)
        {
            self.asked = None;
        }
    }
}

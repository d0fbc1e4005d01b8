//! A request's body that nobody has read.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use gateway_core::deadline::after;
use tokio::time::Instant;

use super::client_io::ClientIo;
use super::connection::Connection;
use super::end::End;
use super::incoming::State;
use super::wire::Presence;
use crate::server::respond::Respond;

/// How long the rest of a body that nobody wants may take to come.
const PATIENCE: Duration = Duration::from_secs(2);

impl<I: ClientIo, R: Respond> Connection<I, R> {
    /// Brings the input to where the next request begins, or ends the connection where that is not worth it.
    pub(super) async fn finish_request(&mut self) -> Result<(), End> {
        {
            let mut wire = self.shared.lock();
            // Whoever still holds the body of this request, or a way to send hints, is too late from here on.
            wire.request += 1;
            wire.body.abandon();
            if wire.body.state == State::Complete {
                return Ok(());
            }
        }
        let deadline = after(Instant::now(), PATIENCE);
        poll_fn(|cx| self.poll_leftover(deadline, cx)).await
    }

    fn poll_leftover(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        let mut wire = self.shared.lock();
        if wire.poll_presence(cx) == Presence::Gone {
            return Poll::Ready(Err(End::Gone));
        }
        match wire.body.state {
            State::Complete => Poll::Ready(Ok(())),
            State::Lost => Poll::Ready(Err(End::Said)),
            State::Read | State::Abandoned => {
                drop(wire);
                let overdue = self.alarm.poll_until(deadline, cx);
                overdue.map(|()| Err(End::Said))
            }
        }
    }
}

//! The head of the next request, or why there is none.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use gateway_core::deadline::after;
use gateway_core::http1::RequestHead;
use gateway_core::rejection::Rejection;
use tokio::time::Instant;

use super::client_io::ClientIo;
use super::connection::Connection;
use crate::rejection;
use crate::server::Ending;
use crate::server::respond::Respond;

/// Why no request comes.
#[derive(Debug)]
pub(super) enum NoHead {
    /// There is nobody to answer, or nothing.
    Nothing,
    /// What came is no request.
    Refused(Rejection),
}

/// Since when a head is waited for.
#[derive(Debug, Default)]
struct Wait {
    first: Option<Instant>,
    begun: Option<Instant>,
}

impl<I: ClientIo, R: Respond> Connection<I, R> {
    /// Waits for the head of the next request.
    pub(super) async fn next_head(&mut self) -> Result<RequestHead, NoHead> {
        let mut wait = Wait::default();
        poll_fn(|cx| self.poll_head(&mut wait, cx)).await
    }

    fn poll_head(
        &mut self,
        wait: &mut Wait,
        cx: &mut Context<'_>,
    ) -> Poll<Result<RequestHead, NoHead>> {
        let mut wire = self.shared.lock();
        let has_begun = loop {
            match self.heads.read_request(&mut wire.input) {
                Ok(Some(head)) => return Poll::Ready(Ok(head)),
                Ok(None) => {}
                Err(fault) => {
                    drop(wire);
                    self.note(Ending::Protocol);
                    return Poll::Ready(Err(NoHead::Refused(fault.into())));
                }
            }
            match wire.poll_read(cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(Err(NoHead::Nothing)),
                Poll::Pending => {
                    wire.trim();
                    break !wire.input.is_empty();
                }
            }
        };
        drop(wire);
        if !has_begun {
            self.output.trim();
            if self.is_draining() {
                return Poll::Ready(Err(NoHead::Nothing));
            }
        }
        let (deadline, ending) = self.head_deadline(wait, has_begun);
        ready!(self.alarm.poll_until(deadline, cx));
        self.note(ending);
        Poll::Ready(Err(if has_begun {
            NoHead::Refused(rejection::head_timeout())
        } else {
            NoHead::Nothing
        }))
    }

    /// How long is waited for what comes next, and what it means if it does not.
    fn head_deadline(&self, wait: &mut Wait, has_begun: bool) -> (Instant, Ending) {
        let limits = &self.limits;
        if has_begun {
            let begun = *wait.begun.get_or_insert_with(Instant::now);
            return (after(begun, limits.header_timeout), Ending::Head);
        }
        if self.requests == 0 {
            let deadline = after(self.opened, limits.first_byte_timeout);
            return (deadline, Ending::FirstByte);
        }
        // A connection that is old enough is told so with its next answer: closed without a word, it would take a
        // request with it that is on its way.
        let idle = *wait.first.get_or_insert_with(Instant::now);
        (after(idle, limits.idle_timeout), Ending::Idle)
    }
}

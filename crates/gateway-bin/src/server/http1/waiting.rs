//! Until the stack has an answer.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use gateway_core::contract::Response;
use gateway_core::deadline::after;
use gateway_core::rejection::Format;
use tokio::time::Instant;

use super::asked::Asked;
use super::client_io::ClientIo;
use super::connection::Connection;
use super::end::End;
use super::incoming::State;
use super::interim;
use super::wire::Presence;
use crate::rejection;
use crate::server::Ending;
use crate::server::respond::Respond;

/// How long a client that sends no more is waited upon without anything to send it. It may have left, or only have
/// said that this was its last request (RFC 9112, section 9.6); which of them shows when something is sent.
pub(super) const HALF_CLOSED: Duration = Duration::from_secs(1);

/// What may come before the answer.
enum Sooner {
    /// The client has gone.
    Gone,
    /// It takes nothing of an interim answer.
    Blocked,
    /// It does not send the body that the stack waits for.
    Stalled,
}

impl<I: ClientIo, R: Respond> Connection<I, R> {
    /// Waits for the stack's answer. Gives it up when the client leaves, and answers itself when the client does not
    /// send the body.
    pub(super) async fn wait_for<F>(
        &mut self,
        asked: Asked,
        mut answering: Pin<&mut F>,
    ) -> Result<Response, End>
    where
        F: Future<Output = Response>,
    {
        let outcome = poll_fn(|cx| {
            if let Poll::Ready(response) = answering.as_mut().poll(cx) {
                return Poll::Ready(Ok(response));
            }
            self.poll_sooner(asked, cx).map(Err)
        })
        .await;
        match outcome {
            Ok(response) => Ok(response),
            Err(Sooner::Gone) => Err(End::Gone),
            Err(Sooner::Blocked) => {
                self.note(Ending::Write);
                Err(End::Gone)
            }
            Err(Sooner::Stalled) => {
                self.note(Ending::Body);
                self.shared.lock().body.state = State::Lost;
                Ok(self.refuse(rejection::body_too_slow(), asked))
            }
        }
    }

    fn poll_sooner(&mut self, asked: Asked, cx: &mut Context<'_>) -> Poll<Sooner> {
        let mut wire = self.shared.lock();
        wire.waker.clone_from(cx.waker());
        interim::write(&mut wire, self.output.tail());
        if !self.output.is_empty() {
            let Ok(io) = wire.io() else {
                return Poll::Ready(Sooner::Gone);
            };
            if let Poll::Ready(Err(_)) = self.output.poll_write(io, cx) {
                return Poll::Ready(Sooner::Gone);
            }
        }
        let silent = match wire.poll_presence(cx) {
            Presence::There => None,
            Presence::Silent(since) => Some((since + HALF_CLOSED, Sooner::Gone)),
            Presence::Gone => return Poll::Ready(Sooner::Gone),
        };
        let stalled = match asked.format {
            // A stream of messages may rest as long as it likes.
            Format::Grpc => None,
            Format::Problem => wire.body.deadline(self.limits.body),
        };
        drop(wire);
        let blocked = self.output.blocked();
        let blocked = blocked.map(|since| after(since, self.limits.write_timeout));
        let deadlines = [
            silent,
            blocked.map(|at| (at, Sooner::Blocked)),
            stalled.map(|at| (at, Sooner::Stalled)),
        ];
        let Some((deadline, sooner)) = earliest(deadlines) else {
            return Poll::Pending;
        };
        ready!(self.alarm.poll_until(deadline, cx));
        Poll::Ready(sooner)
    }
}

/// The deadline that comes first.
pub(super) fn earliest<T, const N: usize>(
    deadlines: [Option<(Instant, T)>; N],
) -> Option<(Instant, T)> {
    deadlines.into_iter().flatten().min_by_key(|(at, _)| *at)
}

//! Writing an answer as the client takes it.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use gateway_core::contract::Response;
use gateway_core::deadline::after;
use gateway_core::facts::{Tunnel, TunnelIo};
use gateway_core::http1::write_response;
use http::StatusCode;
use http_body::Body as _;
use tokio::time::Instant;

use super::answer_body::{AnswerBody, Filled};
use super::answer_head::{self, Framing, Said};
use super::asked::Asked;
use super::client_io::ClientIo;
use super::connection::Connection;
use super::end::End;
use super::incoming::{Consent, State};
use super::interim;
use super::waiting::{HALF_CLOSED, earliest};
use super::wire::Presence;
use crate::rejection;
use crate::server::Ending;
use crate::server::respond::Respond;

/// The other end of a tunnel, and how long it may rest.
type Upstream = (Box<dyn TunnelIo>, Duration);

/// Why writing an answer waits no longer.
enum Stopped {
    /// The client has gone.
    Gone,
    /// It takes nothing.
    Blocked,
    /// The body broke off.
    Broken,
}

impl<I: ClientIo, R: Respond> Connection<I, R> {
    /// Writes an answer. Another request may follow unless this is how the connection ends.
    pub(super) async fn send(&mut self, asked: Asked, mut response: Response) -> Result<(), End> {
        let response = match response.status() {
            StatusCode::SWITCHING_PROTOCOLS => match tunnel(&mut response) {
                Some(tunnel) => return Err(self.switch(response, tunnel).await),
                None => self.refuse(rejection::no_answer(), asked),
            },
            status if status.is_informational() => self.refuse(rejection::no_answer(), asked),
            _ => response,
        };
        let (mut head, body) = response.into_parts();
        let said = Said::by(&head.headers);
        let framing = Framing::of(head.status, &said, &body.size_hint(), asked);
        let is_last = self.begin_answer();
        let closes = framing == Framing::UntilClose || is_last || self.closes_after(asked, &said);
        answer_head::complete(&mut head, &said, framing, asked, closes);
        write_response(self.output.tail(), head.status, &head.headers);
        let body = AnswerBody::new(body, framing, &head.headers, asked.accepts_trailers);
        self.reuse(head);
        self.send_body(body).await?;
        if !closes {
            return Ok(());
        }
        let wire = self.shared.lock();
        // A client that wanted to close, and of which nothing is left to read, has nothing more to send.
        let is_done =
            !asked.keeps_alive && wire.body.state == State::Complete && wire.input.is_empty();
        Err(if is_done { End::Done } else { End::Said })
    }

    /// Whether the connection closes after an answer that says this.
    fn closes_after(&self, asked: Asked, said: &Said) -> bool {
        if !asked.keeps_alive || said.close || self.is_draining() {
            return true;
        }
        if self.requests >= self.limits.max_requests {
            self.note(Ending::Requests);
            return true;
        }
        if Instant::now() >= self.expires {
            self.note(Ending::Age);
            return true;
        }
        false
    }

    /// Writes what has to come before the answer, after which nothing may come but the answer. Says whether the
    /// request's body keeps others from following.
    fn begin_answer(&mut self) -> bool {
        let mut wire = self.shared.lock();
        let is_last = wire.body.precludes_another();
        // Whoever still holds the body wants to read it.
        if wire.body.state == State::Read && wire.body.consent == Consent::Awaited {
            wire.body.consent = Consent::Due;
        }
        interim::write(&mut wire, self.output.tail());
        wire.interim = None;
        is_last
    }

    /// Writes the head of a `101`; what follows it is the tunnel's.
    async fn switch(&mut self, response: Response, (upstream, idle): Upstream) -> End {
        let (mut head, _) = response.into_parts();
        self.begin_answer();
        answer_head::complete_upgrade(&mut head.headers);
        write_response(self.output.tail(), head.status, &head.headers);
        let nothing = AnswerBody::new(Body::empty(), Framing::None, &head.headers, false);
        match self.send_body(nothing).await {
            Ok(()) => End::Tunnel { upstream, idle },
            Err(end) => end,
        }
    }

    async fn send_body(&mut self, mut body: AnswerBody) -> Result<(), End> {
        let sent = poll_fn(|cx| self.poll_send(&mut body, cx)).await;
        sent.map_err(|stopped| match stopped {
            Stopped::Gone => End::Gone,
            Stopped::Blocked => {
                self.note(Ending::Write);
                if body.shows_its_end() {
                    End::BrokenOff
                } else {
                    End::Reset
                }
            }
            Stopped::Broken if body.shows_its_end() => End::BrokenOff,
            Stopped::Broken => End::Reset,
        })
    }

    fn poll_send(
        &mut self,
        body: &mut AnswerBody,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Stopped>> {
        let silent = loop {
            let filled = body.poll_fill(&mut self.output, cx);
            let mut wire = self.shared.lock();
            wire.waker.clone_from(cx.waker());
            let Ok(io) = wire.io() else {
                return Poll::Ready(Err(Stopped::Gone));
            };
            let written = match self.output.poll_write(io, cx) {
                Poll::Ready(Ok(any)) => Some(any),
                Poll::Ready(Err(_)) => return Poll::Ready(Err(Stopped::Gone)),
                Poll::Pending => None,
            };
            match (filled, written) {
                (Filled::Whole, Some(_)) => return Poll::Ready(Ok(())),
                (Filled::Broken, _) => return Poll::Ready(Err(Stopped::Broken)),
                (Filled::Full, Some(_)) => continue,
                (Filled::Pending, _) | (Filled::Whole | Filled::Full, None) => {}
            }
            if written == Some(true) && wire.ended.is_some() {
                // What it takes shows that it is there.
                self.is_heard = true;
            }
            break match wire.poll_presence(cx) {
                Presence::Gone => return Poll::Ready(Err(Stopped::Gone)),
                Presence::Silent(since) if !self.is_heard && self.output.is_empty() => {
                    Some((since + HALF_CLOSED, Stopped::Gone))
                }
                Presence::Silent(_) | Presence::There => None,
            };
        };
        let blocked = self.output.blocked();
        let blocked = blocked.map(|since| after(since, self.limits.write_timeout));
        let deadlines = [silent, blocked.map(|at| (at, Stopped::Blocked))];
        let Some((deadline, stopped)) = earliest(deadlines) else {
            return Poll::Pending;
        };
        ready!(self.alarm.poll_until(deadline, cx));
        Poll::Ready(Err(stopped))
    }
}

/// What a `101` switches to.
fn tunnel(response: &mut Response) -> Option<Upstream> {
    let tunnel = response.extensions_mut().remove::<Tunnel>()?;
    Some((tunnel.take()?, tunnel.idle()))
}

//! One connection: its streams, its pings, what becomes of them when something is due.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use gateway_core::deadline::{Alarm, end_of_life};
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};

use super::deadlines::{self, Doing, Due, PARTING, Streams};
use super::malformed::is_malformed;
use super::pinger::Pinger;
use super::reply::Reply;
use super::request::Arrived;
use super::resets::Resets;
use super::stream::{Ended, Stream};
use super::stream_end::StreamEnd;
use super::tunneling::Tunneling;
use super::unread::Unread;
use super::watch::{Stop, Watch};
use super::watched_io::WatchedIo;
use crate::server::respond::Respond;
use crate::server::{ConnectionLimits, Ending};

/// One connection. Its streams are polled by its task, not by tasks of their own: what they have to say after one
/// wake-up goes out in one write, and they end with it.
pub(super) struct Connection<I, R: Respond> {
    http2: h2::server::Connection<WatchedIo<I>, Bytes>,
    streams: FuturesUnordered<Stream<R::Answer>>,
    respond: R,
    limits: ConnectionLimits,
    tunneling: Tunneling,
    watch: Watch,
    pinger: Pinger,
    alarm: Alarm,
    /// When something may be due.
    next_look: Instant,
    opened: Instant,
    /// When it will be old.
    expires: Instant,
    /// Streams so far.
    begun: u64,
    resets: Resets,
    unread: Unread,
    /// When the last stream ended.
    resting: Instant,
    going_away: Option<Instant>,
    /// Something has happened that brings a deadline nearer than the alarm knows.
    is_alarmed: bool,
    /// h2 has nothing more to do.
    is_over: bool,
}

/// How a connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionEnd {
    /// The client has left, or the connection has failed, or all is done.
    Closed,
    /// The gateway ends it now, for this reason.
    Ended(Ending),
    /// The client has violated the protocol in a way that has this name.
    Violated(Reason),
}

impl<I, R> Connection<I, R>
where
    I: AsyncRead + AsyncWrite + Unpin,
    R: Respond,
    R::Answer: Unpin,
{
    pub(super) fn new(
        mut http2: h2::server::Connection<WatchedIo<I>, Bytes>,
        watch: Watch,
        respond: R,
        limits: ConnectionLimits,
        tunneling: Tunneling,
        opened: Instant,
    ) -> Self {
        let now = Instant::now();
        Self {
            pinger: Pinger::new(http2.ping_pong()),
            http2,
            streams: FuturesUnordered::new(),
            respond,
            limits,
            tunneling,
            watch,
            alarm: Alarm::default(),
            next_look: now,
            opened,
            expires: end_of_life(opened, limits.max_age),
            begun: 0,
            resets: Resets::default(),
            unread: Unread::default(),
            resting: now,
            going_away: None,
            is_alarmed: false,
            is_over: false,
        }
    }

    /// Serves the client until the connection ends. What is under way may be cut by that.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ConnectionEnd> {
        loop {
            if let Poll::Ready(end) = self.poll_deadlines(cx) {
                return Poll::Ready(end);
            }
            if let Poll::Ready(end) = self.poll_exchanges(cx) {
                return Poll::Ready(end);
            }
            if !self.is_alarmed {
                return Poll::Pending;
            }
        }
    }

    /// Looks whether something is due, where that may be.
    fn poll_deadlines(&mut self, cx: &mut Context<'_>) -> Poll<ConnectionEnd> {
        self.pinger.poll(cx);
        while self.alarm.poll_until(self.next_look, cx).is_ready() || self.is_alarmed {
            self.is_alarmed = false;
            match self.look_at_deadlines() {
                Ok(next) => self.next_look = next,
                Err(end) => return Poll::Ready(end),
            }
            // It may have asked, and has to be woken by the answer.
            self.pinger.poll(cx);
        }
        Poll::Pending
    }

    /// Reads, lets the streams go on, and writes.
    fn poll_exchanges(&mut self, cx: &mut Context<'_>) -> Poll<ConnectionEnd> {
        loop {
            if let Poll::Ready(end) = self.poll_streams(cx) {
                return Poll::Ready(end);
            }
            // After the streams, so that what they have said is written.
            let mut has_new = false;
            loop {
                match self.http2.poll_accept(cx) {
                    Poll::Ready(Some(Ok((request, sender)))) => {
                        self.accept(request, sender);
                        has_new = true;
                    }
                    Poll::Ready(Some(Err(error))) => {
                        self.is_over = true;
                        return Poll::Ready(failed(&error));
                    }
                    Poll::Ready(None) => {
                        self.is_over = true;
                        return Poll::Ready(ConnectionEnd::Closed);
                    }
                    Poll::Pending => match self.watch.stop() {
                        Some(Stop::Violation(reason)) => {
                            return Poll::Ready(ConnectionEnd::Violated(reason));
                        }
                        Some(Stop::SmallFrames) => self.gather(),
                        None => break,
                    },
                }
            }
            if !has_new {
                return Poll::Pending;
            }
        }
    }

    /// Lets the streams go on.
    fn poll_streams(&mut self, cx: &mut Context<'_>) -> Poll<ConnectionEnd> {
        while let Poll::Ready(Some(ended)) = self.streams.poll_next_unpin(cx) {
            let Ended { end, age, answered } = ended;
            if let (StreamEnd::Complete, None, Some(answered)) = (end, self.going_away, answered) {
                self.unread.add(answered, Instant::now());
                self.is_alarmed = true;
            }
            if self.streams.is_empty() {
                self.resting = Instant::now();
                self.is_alarmed |= self.going_away.is_some();
            }
            if self.resets.is_abuse(end, age) {
                return Poll::Ready(ConnectionEnd::Ended(Ending::Protocol));
            }
        }
        Poll::Pending
    }

    /// Gathers what waits for its readers.
    fn gather(&mut self) {
        for stream in Pin::new(&mut self.streams).iter_pin_mut() {
            stream.gather();
        }
    }

    fn accept(&mut self, request: Request<RecvStream>, mut sender: SendResponse<Bytes>) {
        if is_malformed(&request) {
            tracing::debug!("a request is malformed");
            sender.send_reset(Reason::PROTOCOL_ERROR);
            return;
        }
        let reply = Reply::new(sender);
        let arrived = Arrived::new(request, &reply);
        let upgrade = arrived
            .upgrade
            .map(|receiver| (receiver, self.tunneling.clone()));
        let answer = self.respond.respond(arrived.parts, arrived.body);
        let stream = Stream::new(answer, reply, arrived.pace, upgrade, arrived.gatherer);
        self.streams.push(stream);
        self.begun += 1;
        if self.begun >= self.limits.max_requests && self.going_away.is_none() {
            self.count(Ending::Requests);
            self.go_away();
        }
    }

    /// Tells the client to begin no more streams; the connection ends with those under way.
    pub(super) fn go_away(&mut self) {
        if self.going_away.is_none() {
            self.going_away = Some(Instant::now());
            self.unread.clear();
            self.http2.graceful_shutdown();
            // It may have nothing left to do.
            self.is_alarmed = true;
        }
    }

    /// Cuts what is under way and says goodbye, as far as the client takes it.
    pub(super) async fn say_goodbye(&mut self, reason: Reason) {
        if self.is_over {
            return;
        }
        self.http2.abrupt_shutdown(reason);
        self.streams.clear();
        self.unread.clear();
        let gone = poll_fn(|cx| self.http2.poll_closed(cx));
        // The client may have no ear for it.
        let _ = timeout(PARTING, gone).await;
    }

    /// Does what is due; when to look again.
    fn look_at_deadlines(&mut self) -> Result<Instant, ConnectionEnd> {
        let now = Instant::now();
        let of_streams = self.look_at_streams(now);
        let of_unread = self.unread.reset(now);
        loop {
            let doing = self.doing();
            match deadlines::check(&doing, &self.limits, now) {
                Ok(next) => {
                    let sooner = of_streams.into_iter().chain(of_unread);
                    return Ok(sooner.fold(next, Instant::min));
                }
                Err(Due::End(reason)) => return Err(ConnectionEnd::Ended(reason)),
                Err(Due::Gone) => return Err(ConnectionEnd::Closed),
                Err(Due::GoAway(reason)) => {
                    self.count(reason);
                    self.go_away();
                }
                Err(Due::Ping) => self.pinger.ask(now),
            }
        }
    }

    /// Looks at the deadlines of the streams: the soonest that has not passed.
    fn look_at_streams(&mut self, now: Instant) -> Option<Instant> {
        let seen = self.watch.seen();
        let mut soonest = None;
        for stream in Pin::new(&mut self.streams).iter_pin_mut() {
            match stream
                .get_mut()
                .check(&self.respond, &self.limits, &seen, now)
            {
                Ok(next) => soonest = next.min(soonest).or(next).or(soonest),
                Err(reason) => self.tunneling.counters.ended(reason).increment(),
            }
        }
        soonest
    }

    fn doing(&self) -> Doing {
        let since = self.resting;
        let streams = if !self.streams.is_empty() {
            Streams::Busy
        } else if self.http2.has_streams() {
            Streams::Lingering { since }
        } else {
            Streams::None { since }
        };
        Doing {
            opened: self.opened,
            expires: self.expires,
            seen: self.watch.seen(),
            streams,
            pinged: self.pinger.asked(),
            going_away: self.going_away,
        }
    }

    fn count(&self, reason: Ending) {
        tracing::debug!("closing: {reason}");
        self.tunneling.counters.ended(reason).increment();
    }
}

/// What an error of h2 means. Those that it has found itself are the client's fault.
pub(super) fn failed(error: &h2::Error) -> ConnectionEnd {
    tracing::debug!(%error, "connection ended");
    if error.is_library() && error.is_go_away() {
        ConnectionEnd::Ended(Ending::Protocol)
    } else {
        ConnectionEnd::Closed
    }
}

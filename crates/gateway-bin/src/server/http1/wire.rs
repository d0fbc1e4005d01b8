//! The socket, shared by the connection's loop and the body of the request.

use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use gateway_core::http1::Decoded;
use http::HeaderMap;
use http_body::Frame;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

use super::client_io::ClientIo;
use super::incoming::{BodyError, Consent, Incoming, State};

/// How much is read at once: at first, and at most.
const FIRST_READ: usize = 8 * 1024;
const LARGEST_READ: usize = 64 * 1024;
/// Where less room is left in the buffer, it is made anew.
const SMALLEST_READ: usize = 1024;
/// How much of the requests that follow is read while one is answered. More stays in the socket.
const READ_AHEAD: usize = 4 * 1024;

/// The connection's side of the socket, which the body of the request and whoever sends interim answers share with
/// its loop. Nobody holds the lock while code of a layer runs.
#[derive(Debug)]
pub(super) struct Shared<I>(Mutex<Wire<I>>);

/// The socket, and what was read from it.
#[derive(Debug)]
pub(super) struct Wire<I> {
    /// `None` once it is a tunnel's.
    io: Option<I>,
    /// What was read and belongs to nobody yet.
    pub(super) input: BytesMut,
    read_size: usize,
    /// Since when the client sends no more.
    pub(super) ended: Option<Instant>,
    /// The body of the request under way.
    pub(super) body: Incoming,
    /// Which request is under way: bodies and interim answers of others are too late.
    pub(super) request: u64,
    /// `103` answers that are to be written. `None` once the answer has begun.
    pub(super) interim: Option<Vec<HeaderMap>>,
    /// Wakes the loop.
    pub(super) waker: Waker,
}

/// What the client does while it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    There,
    /// It sends no more since then; it may have gone, or may still want its answer.
    Silent(Instant),
    /// The connection is broken.
    Gone,
}

impl<I> Shared<I> {
    pub(super) fn new(io: I) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Wire {
            io: Some(io),
            input: BytesMut::new(),
            read_size: FIRST_READ,
            ended: None,
            body: Incoming::none(),
            request: 0,
            interim: None,
            waker: Waker::noop().clone(),
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Wire<I>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<I> Wire<I> {
    /// The next request begins.
    pub(super) fn begin(&mut self, body: Incoming, takes_interim: bool) -> u64 {
        self.request += 1;
        self.read_size = FIRST_READ;
        self.body = body;
        self.interim = takes_interim.then(Vec::new);
        self.request
    }

    /// Gives back room that a large message has taken.
    pub(super) fn trim(&mut self) {
        if self.input.is_empty() && self.input.capacity() > 2 * FIRST_READ {
            self.input = BytesMut::new();
        }
    }

    /// Takes the socket away.
    pub(super) fn take_io(&mut self) -> Option<I> {
        self.io.take()
    }

    /// The socket.
    ///
    /// # Errors
    /// When it was taken away.
    pub(super) fn io(&mut self) -> io::Result<&mut I> {
        self.io.as_mut().ok_or(io::ErrorKind::NotConnected.into())
    }

    /// Wakes the loop, unless it is the one that is running.
    fn wake_loop(&self, cx: &Context<'_>) {
        if !self.waker.will_wake(cx.waker()) {
            self.waker.wake_by_ref();
        }
    }
}

impl<I: ClientIo> Wire<I> {
    /// Reads what comes next into the buffer. Ready with 0 once the client sends no more.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.ended.is_some() {
            return Poll::Ready(Ok(0));
        }
        let Some(io) = &mut self.io else {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        };
        if self.input.capacity() - self.input.len() < SMALLEST_READ.max(self.read_size / 2) {
            self.input.reserve(self.read_size);
        }
        let room = self.input.capacity() - self.input.len();
        let count = ready!(pin!(io.read_buf(&mut self.input)).poll(cx))?;
        if count == 0 {
            self.ended = Some(Instant::now());
        } else if count == room {
            self.read_size = (self.read_size * 2).min(LARGEST_READ);
        }
        Poll::Ready(Ok(count))
    }

    /// What comes next of the body, for who reads it.
    pub(super) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = loop {
            match self.body.state {
                State::Read => {}
                State::Complete => return Poll::Ready(None),
                State::Abandoned | State::Lost => break Err(BodyError::Over),
            }
            match self.body.decode(&mut self.input) {
                Ok(Decoded::Data(data)) => {
                    self.body.waited.received(data.len());
                    break Ok(Some(Frame::data(data)));
                }
                Ok(Decoded::Trailers(trailers)) => break Ok(Some(Frame::trailers(trailers))),
                Ok(Decoded::End) => break Ok(None),
                Ok(Decoded::Incomplete) => {}
                Err(error) => break Err(error),
            }
            match self.poll_read(cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0) | Err(_)) => break Err(self.body.cut()),
                Poll::Pending => {
                    self.body_waits(cx);
                    return Poll::Pending;
                }
            }
        };
        if self.body.state != State::Read {
            // The loop looks after the client again.
            self.wake_loop(cx);
        }
        Poll::Ready(frame.transpose())
    }

    fn body_waits(&mut self, cx: &Context<'_>) {
        let mut changes = self.body.waited.begin();
        if self.body.consent == Consent::Awaited {
            self.body.consent = Consent::Due;
            changes = true;
        }
        if changes {
            self.wake_loop(cx);
        }
    }

    /// What the client does while it is answered. Reads what it sends, as far as nobody else does and there is room
    /// for it.
    pub(super) fn poll_presence(&mut self, cx: &mut Context<'_>) -> Presence {
        loop {
            self.body.skip(&mut self.input);
            let looks = match self.body.state {
                State::Abandoned => true,
                State::Complete => self.input.len() < READ_AHEAD,
                // Who reads the body sees what becomes of the client; and after a lost one nothing is understood.
                State::Read | State::Lost => false,
            };
            if let Some(since) = self.ended {
                if self.body.state == State::Abandoned {
                    self.body.cut();
                }
                return Presence::Silent(since);
            }
            if !looks {
                return Presence::There;
            }
            match self.poll_read(cx) {
                Poll::Pending => return Presence::There,
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(_)) => return Presence::Gone,
            }
        }
    }
}

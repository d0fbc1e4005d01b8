//! One direction of a tunnel.

use std::io;
use std::mem::{self, MaybeUninit};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frame_boundary::FrameBoundary;

/// Most bytes that are read before they are written. They stand on the stack while they can be written at once, so
/// that a tunnel at rest holds no buffer.
const MOST_AT_ONCE: usize = 16 * 1024;

/// How often is read before others get their turn.
const ROUNDS: usize = 16;

/// One direction of a tunnel: what has been read and not yet written, and where its frames end.
#[derive(Debug, Default)]
pub(super) struct Direction {
    frames: FrameBoundary,
    /// Followed by `frames` already.
    pending: Bytes,
    state: State,
    /// Written bytes may not have been sent.
    unflushed: bool,
    /// Bytes have passed since somebody asked.
    moved: bool,
}

#[derive(Debug, Default)]
enum State {
    /// What is read is written.
    #[default]
    Passing,
    /// The same as far as the end of the frame under way; then these last words are.
    Finishing(Bytes),
    /// The last words are said: what is read is thrown away.
    Silent,
    /// There is no more to read; the writer is told when all is written.
    Ended,
    /// The writer is told.
    Shut,
}

impl Direction {
    /// Begins with what was read already.
    pub(super) fn new(already_read: Bytes) -> Self {
        let mut frames = FrameBoundary::default();
        frames.feed(&already_read);
        Self {
            frames,
            pending: already_read,
            ..Self::default()
        }
    }

    /// Passes on what there is. Ready when the reader has ended and the writer has been told so.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> Poll<io::Result<()>> {
        for _ in 0..ROUNDS {
            while !self.pending.is_empty() {
                let mut pending = mem::take(&mut self.pending);
                let wrote = self.poll_write(cx, to, &pending);
                if let Poll::Ready(Ok(length)) = &wrote {
                    pending.advance(*length);
                }
                self.pending = pending;
                ready!(wrote)?;
            }
            match self.state {
                State::Passing | State::Finishing(_) | State::Silent => {
                    if self.poll_read(cx, from, to)?.is_pending() {
                        return self.poll_flush(cx, to);
                    }
                }
                State::Ended => {
                    ready!(Pin::new(&mut *to).poll_shutdown(cx))?;
                    self.state = State::Shut;
                }
                State::Shut => return Poll::Ready(Ok(())),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Lets the frame under way end, and has `last_words` follow it and nothing else, unless the reader has said its
    /// own by then.
    pub(super) fn finish(&mut self, last_words: Bytes) {
        if !matches!(self.state, State::Passing) {
            return;
        }
        if self.frames.is_at_boundary() {
            self.conclude(&last_words);
        } else {
            self.state = State::Finishing(last_words);
        }
    }

    /// Whether the reader has closed the WebSocket.
    pub(super) fn has_said_goodbye(&self) -> bool {
        self.frames.has_closed()
    }

    /// Whether the reader has nothing more to say: it has closed the WebSocket, or its end.
    pub(super) fn has_closed(&self) -> bool {
        self.has_said_goodbye() || matches!(self.state, State::Ended | State::Shut)
    }

    /// Whether the writer has been sent all that it will ever be.
    pub(super) fn is_told(&self) -> bool {
        let is_last = self.has_closed() || matches!(self.state, State::Silent);
        is_last && self.pending.is_empty()
    }

    /// Whether bytes have passed since this was asked last.
    pub(super) fn has_moved(&mut self) -> bool {
        mem::take(&mut self.moved)
    }

    /// Reads once; ready when there may be more.
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<Poll<()>> {
        let mut space = [MaybeUninit::<u8>::uninit(); MOST_AT_ONCE];
        let mut buffer = ReadBuf::uninit(&mut space);
        match Pin::new(from).poll_read(cx, &mut buffer) {
            Poll::Pending => return Ok(Poll::Pending),
            Poll::Ready(read) => read?,
        }
        let bytes = buffer.filled();
        self.moved = true;
        if bytes.is_empty() {
            self.state = State::Ended;
            return Ok(Poll::Ready(()));
        }
        match &mut self.state {
            State::Finishing(last_words) => {
                let last_words = last_words.clone();
                let (frame, rest) = bytes.split_at(self.frames.feed_to_boundary(bytes));
                self.pending = Bytes::copy_from_slice(frame);
                if self.frames.is_at_boundary() {
                    self.conclude(&last_words);
                    self.frames.feed(rest);
                }
            }
            State::Silent => self.frames.feed(bytes),
            State::Passing | State::Ended | State::Shut => {
                self.frames.feed(bytes);
                let written = match self.poll_write(cx, to, bytes) {
                    Poll::Ready(written) => written?,
                    Poll::Pending => 0,
                };
                let rest = bytes.get(written..).unwrap_or_default();
                self.pending = Bytes::copy_from_slice(rest);
            }
        }
        Ok(Poll::Ready(()))
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        to: &mut (impl AsyncWrite + Unpin),
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(to).poll_write(cx, bytes))?;
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.moved = true;
        self.unflushed = true;
        Poll::Ready(Ok(written))
    }

    /// There is nothing more to write for now. Never ready but with an error.
    fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        to: &mut (impl AsyncWrite + Unpin),
    ) -> Poll<io::Result<()>> {
        if self.unflushed {
            ready!(Pin::new(to).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Pending
    }

    fn conclude(&mut self, last_words: &[u8]) {
        if !self.frames.has_closed() {
            self.pending = [&self.pending, last_words].concat().into();
        }
        self.state = State::Silent;
    }
}

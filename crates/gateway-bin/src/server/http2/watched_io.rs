//! A socket that notes what passes over it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::frame_scan::FrameScan;

/// A client's socket, which notes when the client sends and whether it takes what we write.
#[derive(Debug)]
pub(super) struct WatchedIo<I> {
    io: I,
    watch: Watch,
}

/// What was noted. Socket and connection are polled by one task, so its lock is never waited for.
#[derive(Clone, Debug)]
pub(super) struct Watch(Arc<Mutex<Notes>>);

#[derive(Debug)]
struct Notes {
    scan: FrameScan,
    seen: Seen,
}

/// What was noted of a socket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// When bytes came last.
    pub(super) read: Instant,
    /// Since when the client takes nothing of what we write; `None` while it does.
    pub(super) blocked: Option<Instant>,
    /// Since when a frame, or a head of several frames, is unfinished.
    pub(super) unfinished: Option<Instant>,
    /// It is not a DATA frame that is unfinished.
    pub(super) in_head: bool,
    /// The bytes that have come of an unfinished DATA frame.
    pub(super) partial_data: u32,
    /// The client's first frame has come.
    pub(super) has_begun: bool,
}

impl Watch {
    /// Of a connection that was opened at this moment.
    pub(super) fn new(opened: Instant) -> Self {
        Self(Arc::new(Mutex::new(Notes {
            scan: FrameScan::new(),
            seen: Seen {
                read: opened,
                blocked: None,
                unfinished: Some(opened),
                in_head: true,
                partial_data: 0,
                has_begun: false,
            },
        })))
    }

    /// What was noted.
    pub(super) fn seen(&self) -> Seen {
        self.notes().seen
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_read(&self, bytes: &[u8]) {
        let Notes { scan, seen } = &mut *self.notes();
        let now = Instant::now();
        let ended = scan.feed(bytes);
        seen.read = now;
        seen.unfinished = match seen.unfinished {
            _ if scan.is_whole() => None,
            Some(since) if !ended => Some(since),
            _ => Some(now),
        };
        seen.in_head = scan.is_in_head();
        seen.partial_data = scan.partial_data();
        seen.has_begun |= scan.has_begun();
    }

    fn note_written<T>(&self, polled: &Poll<io::Result<T>>) {
        let seen = &mut self.notes().seen;
        match polled {
            Poll::Pending => {
                seen.blocked.get_or_insert_with(Instant::now);
            }
            Poll::Ready(_) => seen.blocked = None,
        }
    }
}

impl<I> WatchedIo<I> {
    /// Notes in `watch` what passes over `io`.
    pub(super) fn new(io: I, watch: Watch) -> Self {
        Self { io, watch }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for WatchedIo<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(cx, buffer);
        let came = &buffer.filled()[before..];
        if !came.is_empty() {
            self.watch.note_read(came);
        }
        polled
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for WatchedIo<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.watch.note_written(&polled);
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.watch.note_written(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(cx);
        // A socket has nothing to flush; what stands in front of one may hold bytes back.
        if polled.is_pending() {
            self.watch.note_written(&polled);
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

//! A socket that notes what passes over it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;
use super::head_scan::HeadScan;

/// A client's socket, which notes when the client sends and whether it takes what we write.
#[derive(Debug)]
pub(super) struct TrackedIo<I> {
    io: I,
    activity: Activity,
    /// Looks at the raw heads of HTTP/1. In HTTP/2 bytes may come that begin no head, such as a PING.
    scan: Option<HeadScan>,
}

impl<I> TrackedIo<I> {
    /// Notes what passes over `io`, which speaks HTTP/1.
    pub(super) fn http1(io: I, activity: Activity) -> Self {
        Self {
            io,
            activity,
            scan: Some(HeadScan::default()),
        }
    }

    /// Notes what passes over `io`, which speaks HTTP/2.
    pub(super) fn http2(io: I, activity: Activity) -> Self {
        Self {
            io,
            activity,
            scan: None,
        }
    }

    fn note_write<T>(&self, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &polled {
            Poll::Pending => self.activity.write_blocked(),
            Poll::Ready(Ok(_)) => self.activity.wrote(),
            Poll::Ready(Err(_)) => {}
        }
        polled
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for TrackedIo<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(cx, buffer);
        let came = &buffer.filled()[before..];
        if let Some(scan) = &mut self.scan
            && !came.is_empty()
        {
            let fault = scan.feed(came);
            self.activity.bytes_read();
            if let Some(fault) = fault {
                self.activity.found(fault);
            }
        }
        polled
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for TrackedIo<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.note_write(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.note_write(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

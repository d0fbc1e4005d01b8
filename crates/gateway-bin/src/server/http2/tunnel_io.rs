//! A stream of HTTP/2 as a stream of bytes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use h2::{Reason, SendStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::intake::Intake;

/// How much is copied into one frame at most; the size of a frame that any client takes.
const FRAME: usize = 16 * 1024;

/// A stream of HTTP/2 as a stream of bytes: the client's end of a tunnel (RFC 9113, section 8.5). Dropped before it
/// is shut down, it resets the stream.
pub(super) struct TunnelIo {
    intake: Intake,
    sender: SendStream<Bytes>,
    /// Received, not read.
    unread: Bytes,
    is_shut_down: bool,
}

impl TunnelIo {
    pub(super) fn new(intake: Intake, sender: SendStream<Bytes>) -> Self {
        Self {
            intake,
            sender,
            unread: Bytes::new(),
            is_shut_down: false,
        }
    }
}

impl AsyncRead for TunnelIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.unread.is_empty() {
            match ready!(self.intake.poll_data(cx)) {
                Some(Ok(bytes)) => self.unread = bytes,
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = self.unread.len().min(buffer.remaining());
        buffer.put_slice(&self.unread[..length]);
        self.unread.advance(length);
        self.intake.release(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TunnelIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let length = bytes.len().min(FRAME);
        self.sender.reserve_capacity(length);
        while self.sender.capacity() == 0 {
            match ready!(self.sender.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(broken(error))),
                None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
        let length = length.min(self.sender.capacity());
        let part = Bytes::copy_from_slice(&bytes[..length]);
        self.sender.send_data(part, false).map_err(broken)?;
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut_down {
            self.is_shut_down = true;
            self.sender.send_data(Bytes::new(), true).map_err(broken)?;
        }
        Poll::Ready(Ok(()))
    }
}

fn broken(error: h2::Error) -> io::Error {
    match error.reason() {
        Some(Reason::CANCEL | Reason::NO_ERROR) => io::Error::from(io::ErrorKind::ConnectionReset),
        _ => io::Error::other(error),
    }
}

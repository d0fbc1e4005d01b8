//! A stream of HTTP/2 as a stream of bytes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use h2::{Error, RecvStream, SendStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::slot::Slot;

/// How much is copied into one frame at most; the size of a frame that any endpoint takes.
const FRAME: usize = 16 << 10;

/// A stream of HTTP/2 that has become a tunnel. Dropped before both sides have ended, it is reset.
#[derive(Debug)]
pub(super) struct TunnelIo {
    outgoing: SendStream<Bytes>,
    incoming: RecvStream,
    /// What has come and was not read yet.
    unread: Bytes,
    has_shut_down: bool,
    /// After the streams: it is free when they have ended.
    _slot: Slot,
}

impl TunnelIo {
    /// The tunnel that goes through one stream of a connection.
    pub(super) fn new(outgoing: SendStream<Bytes>, incoming: RecvStream, slot: Slot) -> Self {
        Self {
            outgoing,
            incoming,
            unread: Bytes::new(),
            has_shut_down: false,
            _slot: slot,
        }
    }
}

fn broken(error: Error) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, error)
}

impl AsyncRead for TunnelIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.unread.is_empty() {
            match ready!(this.incoming.poll_data(cx)) {
                Some(data) => this.unread = data.map_err(broken)?,
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = this.unread.len().min(buffer.remaining());
        buffer.put_slice(&this.unread[..length]);
        this.unread.advance(length);
        let flow = this.incoming.flow_control();
        flow.release_capacity(length).map_err(broken)?;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TunnelIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        if data.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let outgoing = &mut self.outgoing;
        outgoing.reserve_capacity(data.len().min(FRAME));
        while outgoing.capacity() == 0 {
            match ready!(outgoing.poll_capacity(cx)) {
                Some(room) => _ = room.map_err(broken)?,
                None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
        let length = data.len().min(FRAME).min(outgoing.capacity());
        let part = Bytes::copy_from_slice(&data[..length]);
        outgoing.send_data(part, false).map_err(broken)?;
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The task that drives the connection writes what there is.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !std::mem::replace(&mut self.has_shut_down, true) {
            let end = self.outgoing.send_data(Bytes::new(), true);
            end.map_err(broken)?;
        }
        Poll::Ready(Ok(()))
    }
}

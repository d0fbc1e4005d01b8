//! A connection that has switched protocols.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::stream::Stream;

/// A connection that has switched protocols: the socket, and before it what was read already.
#[derive(Debug)]
pub(super) struct TunnelIo<P> {
    stream: Stream,
    unread: BytesMut,
    /// Leave to have the connection.
    _permit: P,
}

impl<P> TunnelIo<P> {
    /// Reads `unread` first, then from `stream`. Keeps `permit` as long as it lives.
    pub(super) fn new(stream: Stream, unread: BytesMut, permit: P) -> Self {
        Self {
            stream,
            unread,
            _permit: permit,
        }
    }
}

impl<P: Unpin> AsyncRead for TunnelIo<P> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unread.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let count = self.unread.len().min(buf.remaining());
        buf.put_slice(&self.unread.split_to(count));
        if self.unread.is_empty() {
            // A tunnel lives long.
            self.unread = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<P: Unpin> AsyncWrite for TunnelIo<P> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[tokio::test]
    async fn what_was_read_already_comes_first() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        let mut near = TunnelIo::new(Stream::Tcp(stream), BytesMut::from(&b"before "[..]), ());
        far.write_all(b"after").await.unwrap();
        far.shutdown().await.unwrap();
        let mut all = String::new();
        near.read_to_string(&mut all).await.unwrap();
        assert_eq!(all, "before after");

        near.write_all(b"back").await.unwrap();
        near.shutdown().await.unwrap();
        let mut back = String::new();
        far.read_to_string(&mut back).await.unwrap();
        assert_eq!(back, "back");
    }
}

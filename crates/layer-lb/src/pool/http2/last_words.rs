//! A socket that is read to its end although nothing can be written any more.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A socket that is read to its end although nothing can be written any more.
///
/// An endpoint that says goodbye and closes the connection has answered and excused every request in what it
/// sent last. A request that is written just then fails, and the library would end the connection with what is
/// unread: nobody would know which requests may be sent again. So what cannot be written is dropped, and the end
/// is that of what is read, which comes at once.
#[derive(Debug)]
pub(super) struct LastWords<I> {
    io: I,
    is_deaf: bool,
}

impl<I> LastWords<I> {
    /// Reads from and writes to `io`.
    pub(super) fn new(io: I) -> Self {
        Self { io, is_deaf: false }
    }

    /// What became of a write; `dropped` where the other end does not listen any more.
    fn settle<T>(&mut self, written: io::Result<T>, dropped: T) -> io::Result<T> {
        use io::ErrorKind::{BrokenPipe, ConnectionReset};
        match written {
            Err(error) if matches!(error.kind(), BrokenPipe | ConnectionReset) => {
                self.is_deaf = true;
                Ok(dropped)
            }
            settled => settled,
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for LastWords<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for LastWords<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_deaf {
            return Poll::Ready(Ok(data.len()));
        }
        let written = Pin::new(&mut self.io).poll_write(cx, data);
        written.map(|written| self.settle(written, data.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = parts.iter().map(|part| part.len()).sum();
        if self.is_deaf {
            return Poll::Ready(Ok(length));
        }
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        written.map(|written| self.settle(written, length))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        flushed.map(|flushed| self.settle(flushed, ()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.io).poll_shutdown(cx);
        shut.map(|shut| self.settle(shut, ()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn what_was_said_last_is_heard_when_nobody_listens() {
        let (near, mut far) = duplex(64);
        let mut near = LastWords::new(near);
        far.write_all(b"goodbye").await.unwrap();
        drop(far);
        near.write_all(b"a request").await.unwrap();
        near.write_all(b"another").await.unwrap();
        near.flush().await.unwrap();
        let mut heard = String::new();
        near.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "goodbye");
    }
}

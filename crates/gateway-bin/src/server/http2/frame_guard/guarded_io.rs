//! A socket whose frames are looked at.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{FrameCheck, Verdict};

/// A socket whose frames are looked at as they are read. From a violation on, nothing more is read, and nobody is
/// woken: whoever polls it must ask the [`Verdict`] then.
#[derive(Debug)]
pub(in crate::server::http2) struct GuardedIo<T> {
    io: T,
    check: FrameCheck,
    verdict: Verdict,
    violated: bool,
}

impl<T> GuardedIo<T> {
    /// Guards `io`, from which nothing has been read.
    pub(in crate::server::http2) fn new(io: T) -> Self {
        Self {
            io,
            check: FrameCheck::new(),
            verdict: Verdict::default(),
            violated: false,
        }
    }

    /// Where violations show.
    pub(in crate::server::http2) fn verdict(&self) -> Verdict {
        self.verdict.clone()
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for GuardedIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.violated {
            return Poll::Pending;
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        let Err(violation) = self.check.read(&buf.filled()[before..]) else {
            return Poll::Ready(Ok(()));
        };
        self.violated = true;
        self.verdict.set(violation.reason);
        buf.set_filled(before + violation.passing);
        match violation.passing {
            // Reading nothing would mean the end.
            0 => Poll::Pending,
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for GuardedIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use h2::Reason;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const PING: [u8; 17] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    const SHORT_PING: [u8; 10] = [0, 0, 1, 6, 0, 0, 0, 0, 0, 1];

    #[tokio::test]
    async fn what_comes_before_a_violation_passes_and_nothing_after_it() {
        let (mut client, server) = tokio::io::duplex(1024);
        let mut guarded = GuardedIo::new(server);
        let verdict = guarded.verdict();
        let sent = [PREFACE, &PING, &SHORT_PING, &PING].concat();
        client.write_all(&sent).await.unwrap();

        let mut passed = [0; 1024];
        let length = guarded.read(&mut passed).await.unwrap();
        assert_eq!(passed[..length], sent[..PREFACE.len() + PING.len()]);
        assert_eq!(verdict.take(), Some(Reason::FRAME_SIZE_ERROR));
        assert_eq!(verdict.take(), None);
        for _ in 0..2 {
            let more = tokio::time::timeout(Duration::from_millis(10), guarded.read_u8());
            assert!(more.await.is_err());
            client.write_all(&PING).await.unwrap();
        }
        guarded.write_all(b"goodbye").await.unwrap();
        let mut read = [0; 7];
        client.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"goodbye");
    }

    #[tokio::test]
    async fn a_violation_alone_is_not_the_end() {
        let (mut client, server) = tokio::io::duplex(1024);
        let mut guarded = GuardedIo::new(server);
        client.write_all(PREFACE).await.unwrap();
        guarded.read_exact(&mut [0; 24]).await.unwrap();
        client.write_all(&SHORT_PING).await.unwrap();
        let mut buffer = [0; 1024];
        let read = tokio::time::timeout(Duration::from_millis(10), guarded.read(&mut buffer));
        assert!(read.await.is_err());
        assert!(guarded.verdict().take().is_some());
    }
}

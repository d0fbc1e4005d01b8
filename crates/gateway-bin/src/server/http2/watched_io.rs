//! A socket that notes what passes over it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::watch::Watch;

/// A client's socket, which notes when the client sends and what, and whether it takes what we write. Where
/// [`Watch::stop`] says so, nothing more is read, and nobody is woken: whoever polls it must ask then.
#[derive(Debug)]
pub(super) struct WatchedIo<I> {
    io: I,
    watch: Watch,
}

impl<I> WatchedIo<I> {
    /// Notes in `watch` what passes over `io`, from which nothing has been read.
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
        let Self { io, watch } = &mut *self;
        let mut notes = watch.notes();
        if notes.is_stopped() {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(io).poll_read(cx, buffer))?;
        let came = &buffer.filled()[before..];
        if came.is_empty() {
            return Poll::Ready(Ok(()));
        }
        match notes.note_read(came) {
            // Reading nothing would mean the end.
            0 => {
                buffer.set_filled(before);
                Poll::Pending
            }
            passing => {
                buffer.set_filled(before + passing);
                Poll::Ready(Ok(()))
            }
        }
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

#[cfg(test)]
mod tests {
    use std::task::Waker;
    use std::time::Duration;

    use h2::Reason;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    use super::super::watch::Stop;
    use super::*;

    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const PING: [u8; 17] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    const SHORT_PING: [u8; 10] = [0, 0, 1, 6, 0, 0, 0, 0, 0, 1];
    const TINY: [u8; 10] = [0, 0, 1, 0, 0, 0, 0, 0, 1, b'x'];
    const VIOLATION: Option<Stop> = Some(Stop::Violation(Reason::FRAME_SIZE_ERROR));

    #[tokio::test]
    async fn what_comes_before_a_violation_passes_and_nothing_after_it() {
        let (mut client, server) = tokio::io::duplex(1024);
        let watch = Watch::new(Instant::now());
        let mut watched = WatchedIo::new(server, watch.clone());
        let sent = [PREFACE, &PING, &SHORT_PING, &PING].concat();
        client.write_all(&sent).await.unwrap();

        let mut passed = [0; 1024];
        let length = watched.read(&mut passed).await.unwrap();
        assert_eq!(passed[..length], sent[..PREFACE.len() + PING.len()]);
        for _ in 0..2 {
            assert_eq!(watch.stop(), VIOLATION);
            let more = tokio::time::timeout(Duration::from_millis(10), watched.read_u8());
            assert!(more.await.is_err());
            client.write_all(&PING).await.unwrap();
        }
        watched.write_all(b"goodbye").await.unwrap();
        let mut read = [0; 7];
        client.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"goodbye");
    }

    #[tokio::test]
    async fn a_violation_alone_is_not_the_end() {
        let (mut client, server) = tokio::io::duplex(1024);
        let watch = Watch::new(Instant::now());
        let mut watched = WatchedIo::new(server, watch.clone());
        client.write_all(PREFACE).await.unwrap();
        watched.read_exact(&mut [0; 24]).await.unwrap();
        client.write_all(&SHORT_PING).await.unwrap();
        let mut buffer = [0; 1024];
        let read = tokio::time::timeout(Duration::from_millis(10), watched.read(&mut buffer));
        assert!(read.await.is_err());
        assert_eq!(watch.stop(), VIOLATION);
    }

    #[tokio::test]
    async fn small_frames_stop_it_until_somebody_looks() {
        let (mut client, server) = tokio::io::duplex(1 << 20);
        let watch = Watch::new(Instant::now());
        let mut watched = WatchedIo::new(server, watch.clone());
        client.write_all(PREFACE).await.unwrap();
        client.write_all(&TINY.repeat(2048)).await.unwrap();
        watched.read_exact(&mut [0; 24]).await.unwrap();
        let mut buffer = [0; TINY.len()];
        for _ in 0..2 {
            for _ in 0..1024 {
                assert_eq!(watch.stop(), None);
                watched.read_exact(&mut buffer).await.unwrap();
            }
            let mut cx = Context::from_waker(Waker::noop());
            let mut more = ReadBuf::new(&mut buffer);
            let polled = Pin::new(&mut watched).poll_read(&mut cx, &mut more);
            assert!(polled.is_pending());
            assert_eq!(watch.stop(), Some(Stop::SmallFrames));
        }
    }
}

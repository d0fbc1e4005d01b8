//! What is on its way into a socket.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::AsyncWrite;

/// What is kept of the space for heads while a connection is idle, in bytes.
const KEPT: usize = 8 << 10;

/// What is on its way into a socket: bytes of ours, then a part of somebody's body, then what ends that part. All
/// that is there goes in one call, and the part is not copied.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    ours: BytesMut,
    /// How many of ours are written.
    written: usize,
    part: Bytes,
    end: &'static [u8],
    has_written: bool,
}

impl Outbox {
    /// Another request begins: nothing of the last one is left, and nothing of this one is written.
    pub(super) fn restart(&mut self) {
        if self.ours.capacity() > KEPT {
            self.ours = BytesMut::new();
        }
        self.ours.clear();
        self.written = 0;
        self.part = Bytes::new();
        self.end = &[];
        self.has_written = false;
    }

    /// Whether any byte has been written since the restart.
    pub(super) fn has_written(&self) -> bool {
        self.has_written
    }

    /// Whether a part can be added.
    pub(super) fn has_room(&self) -> bool {
        self.part.is_empty() && self.end.is_empty()
    }

    /// Where bytes of ours are added; they go before the part that is added next.
    pub(super) fn ours(&mut self) -> &mut BytesMut {
        &mut self.ours
    }

    /// Adds a `part` and what ends it, where there is room.
    pub(super) fn add(&mut self, part: Bytes, end: &'static [u8]) {
        self.part = part;
        self.end = end;
    }

    /// Ready once all is written into `io`.
    pub(super) fn poll_flush<W: AsyncWrite + Unpin>(
        &mut self,
        io: &mut W,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let mut io = Pin::new(io);
        loop {
            let ours = &self.ours[self.written..];
            let count = match (ours.len(), self.part.len() + self.end.len()) {
                (0, 0) => {
                    self.ours.clear();
                    self.written = 0;
                    // TLS holds back what the socket does not take.
                    return io.poll_flush(cx);
                }
                (_, 0) => ready!(io.as_mut().poll_write(cx, ours)),
                _ => {
                    let all = [ours, &self.part, self.end].map(IoSlice::new);
                    ready!(io.as_mut().poll_write_vectored(cx, &all))
                }
            }?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.has_written = true;
            self.advance(count);
        }
    }

    fn advance(&mut self, mut count: usize) {
        let ours = count.min(self.ours.len() - self.written);
        self.written += ours;
        count -= ours;
        let part = count.min(self.part.len());
        self.part.advance(part);
        count -= part;
        self.end = self.end.get(count..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Takes so many bytes in each call, and lists the calls.
    struct Narrow(usize, Vec<String>);

    impl AsyncWrite for Narrow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let count = bytes.len().min(self.0);
            let taken = String::from_utf8_lossy(&bytes[..count]).into_owned();
            self.1.push(taken);
            Poll::Ready(Ok(count))
        }

        fn poll_write_vectored(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let all = slices.iter().flat_map(|slice| slice.iter().copied());
            self.poll_write(cx, &all.collect::<Vec<u8>>())
        }

        fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn flush(outbox: &mut Outbox, width: usize) -> Vec<String> {
        let mut io = Narrow(width, Vec::new());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            outbox.poll_flush(&mut io, &mut cx),
            Poll::Ready(result) if result.is_ok() == (width > 0)
        ));
        io.1
    }

    #[test]
    fn all_goes_in_one_call_where_the_socket_takes_it() {
        let mut outbox = Outbox::default();
        outbox.ours().extend_from_slice(b"head ");
        outbox.add(Bytes::from_static(b"part"), b" end");
        assert!(!outbox.has_room() && !outbox.has_written());
        assert_eq!(flush(&mut outbox, 100), ["head part end"]);
        assert!(outbox.has_room() && outbox.has_written());
    }

    #[test]
    fn what_the_socket_did_not_take_follows() {
        for width in 1..14 {
            let mut outbox = Outbox::default();
            outbox.ours().extend_from_slice(b"head ");
            outbox.add(Bytes::from_static(b"part"), b" end");
            assert_eq!(flush(&mut outbox, width).concat(), "head part end");
            outbox.ours().extend_from_slice(b"more");
            assert_eq!(flush(&mut outbox, width).concat(), "more");
        }
    }

    #[test]
    fn a_socket_that_takes_nothing_is_an_error() {
        let mut outbox = Outbox::default();
        outbox.ours().extend_from_slice(b"head");
        flush(&mut outbox, 0);
        assert!(!outbox.has_written());
        outbox.restart();
        assert!(flush(&mut outbox, 100).is_empty(), "nothing is left of it");
    }
}

//! Bytes on their way to the socket.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWrite;
use tokio::time::Instant;

/// Up to this size data is copied behind what stands before it, for one plain write; larger data is not copied.
const COPIED: usize = 8 * 1024;
/// How many pieces one system call takes.
const PIECES: usize = 32;
/// How much is collected before it is written.
const ENOUGH: usize = 64 * 1024;

/// Bytes on their way to the socket, in their order: pieces that were not copied, then what was.
#[derive(Debug, Default)]
pub(super) struct Output {
    pieces: VecDeque<Bytes>,
    /// The sum of the lengths of `pieces`.
    in_pieces: usize,
    tail: BytesMut,
    /// Since when the client takes nothing.
    blocked: Option<Instant>,
}

impl Output {
    /// Where heads and framing are written, behind everything so far.
    pub(super) fn tail(&mut self) -> &mut BytesMut {
        &mut self.tail
    }

    /// Adds data.
    pub(super) fn push(&mut self, data: Bytes) {
        if data.len() <= COPIED {
            self.tail.extend_from_slice(&data);
            return;
        }
        if !self.tail.is_empty() {
            let before = self.tail.split().freeze();
            self.push_piece(before);
        }
        self.push_piece(data);
    }

    fn push_piece(&mut self, piece: Bytes) {
        self.in_pieces += piece.len();
        self.pieces.push_back(piece);
    }

    /// Gives back room that a large answer has taken.
    pub(super) fn trim(&mut self) {
        if self.is_empty() && self.tail.capacity() > 2 * COPIED {
            self.tail = BytesMut::new();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether so much has been collected that it should be written before there is more.
    pub(super) fn is_full(&self) -> bool {
        self.len() >= ENOUGH || self.pieces.len() >= PIECES
    }

    fn len(&self) -> usize {
        self.in_pieces + self.tail.len()
    }

    /// Since when the client takes nothing of what is there for it.
    pub(super) fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// Writes everything. Ready with whether there was anything.
    pub(super) fn poll_write<I>(
        &mut self,
        io: &mut I,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<bool>>
    where
        I: AsyncWrite + Unpin,
    {
        if self.is_empty() {
            return Poll::Ready(Ok(false));
        }
        while !self.is_empty() {
            let Poll::Ready(written) = self.poll_write_some(io, cx) else {
                self.blocked.get_or_insert_with(Instant::now);
                return Poll::Pending;
            };
            self.blocked = None;
            match written? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.advance(count),
            }
        }
        // A socket has nothing to flush; what encrypts has.
        ready!(Pin::new(io).poll_flush(cx))?;
        Poll::Ready(Ok(true))
    }

    fn poll_write_some<I>(&self, io: &mut I, cx: &mut Context<'_>) -> Poll<io::Result<usize>>
    where
        I: AsyncWrite + Unpin,
    {
        if self.pieces.is_empty() {
            return Pin::new(io).poll_write(cx, &self.tail);
        }
        let mut slices = [IoSlice::new(&[]); PIECES];
        let parts = self.pieces.iter().map(|piece| &piece[..]);
        let mut count = 0;
        for (slice, part) in slices.iter_mut().zip(parts.chain([&self.tail[..]])) {
            *slice = IoSlice::new(part);
            count += 1;
        }
        Pin::new(io).poll_write_vectored(cx, &slices[..count])
    }

    fn advance(&mut self, mut count: usize) {
        while count > 0
            && let Some(piece) = self.pieces.front_mut()
        {
            let taken = count.min(piece.len());
            self.in_pieces -= taken;
            count -= taken;
            if taken == piece.len() {
                self.pieces.pop_front();
            } else {
                piece.advance(taken);
            }
        }
        if count == self.tail.len() {
            // Unlike `advance`, this keeps the room for the next answer.
            self.tail.clear();
        } else {
            self.tail.advance(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes at a time.
    struct Narrow(usize, Vec<u8>);

    impl AsyncWrite for Narrow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let taken = bytes.len().min(self.0);
            self.1.extend_from_slice(&bytes[..taken]);
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn small_and_large_data_keep_their_order_however_little_is_taken() {
        for taken in [1, 7, 8191, 8193, usize::MAX] {
            let mut output = Output::default();
            let mut expected = Vec::new();
            for length in [3, COPIED + 1, 0, COPIED, COPIED * 3, COPIED * 2, 5] {
                let data: Bytes = (0..length).map(|i| i as u8).collect();
                output.tail().extend_from_slice(b"head");
                expected.extend_from_slice(b"head");
                expected.extend_from_slice(&data);
                output.push(data);
            }
            let mut io = Narrow(taken, Vec::new());
            let mut cx = Context::from_waker(std::task::Waker::noop());
            assert!(matches!(
                output.poll_write(&mut io, &mut cx),
                Poll::Ready(Ok(true))
            ));
            assert!(io.1 == expected, "{taken} at a time");
            assert!(output.is_empty());
        }
    }

    #[test]
    fn one_system_call_takes_head_and_data() {
        let mut output = Output::default();
        output.tail().extend_from_slice(b"head");
        output.push(Bytes::from(vec![0; COPIED]));
        assert!(output.pieces.is_empty(), "one plain write");
        output.push(Bytes::from(vec![0; COPIED + 1]));
        assert_eq!(output.pieces.len(), 2, "one vectored write");
        assert!(output.tail.is_empty());
    }
}

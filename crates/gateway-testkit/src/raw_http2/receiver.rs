//! What has come and was not taken yet.

use std::io;

use bytes::{Bytes, BytesMut};

use super::Frame;

/// How much is held of what came and was not taken.
const CAP: usize = 32 << 20;

/// What has come and was not taken yet.
#[derive(Debug, Default)]
pub(super) struct Receiver {
    pub(super) unread: BytesMut,
    pub(super) ended: bool,
}

impl Receiver {
    /// Takes the first frame, if it is whole.
    pub(super) fn take(&mut self) -> Option<Frame> {
        let length = Frame::length(&self.unread).filter(|length| *length <= self.unread.len())?;
        Frame::parse(&self.unread.split_to(length).freeze())
    }

    /// Notes how a read into `unread` went; a reset is an end like another.
    pub(super) fn note(&mut self, read: io::Result<usize>) -> io::Result<()> {
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) if is_end(&error) => self.ended = true,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether there is room for more.
    pub(super) fn has_room(&self) -> bool {
        self.unread.len() < CAP
    }

    /// What is left, which is no whole frame.
    pub(super) fn rest(&self) -> Bytes {
        Bytes::copy_from_slice(&self.unread)
    }
}

/// Whether `error` says that the peer is gone.
pub(super) fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset
    )
}

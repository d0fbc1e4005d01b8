//! A socket whose reads have a deadline, a buffer with a cap, and a record.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sync::lock;

/// How much is held of what was read and not yet taken.
const UNREAD_CAP: usize = 64 << 20;
/// How much is kept of all that was read.
const RECORD_CAP: usize = 1 << 20;

/// A socket whose reads have a deadline, a buffer with a cap, and a record.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    pub(super) deadline: Duration,
    pub(super) record: Arc<Mutex<Vec<u8>>>,
    unread: BytesMut,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, deadline: Duration) -> Self {
        Self {
            stream,
            deadline,
            record: Arc::default(),
            unread: BytesMut::new(),
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// What was read and not yet taken.
    pub(super) fn unread(&self) -> &[u8] {
        &self.unread
    }

    /// Takes the first `length` bytes of what was read.
    pub(super) fn take(&mut self, length: usize) -> Bytes {
        self.unread.split_to(length.min(self.unread.len())).freeze()
    }

    /// Reads what comes next; `false` at the end of the stream.
    pub(super) async fn fill(&mut self) -> io::Result<bool> {
        if self.unread.len() >= UNREAD_CAP {
            return Err(io::Error::new(
                io::ErrorKind::OutOfMemory,
                "more came than the kit holds",
            ));
        }
        let before = self.unread.len();
        let read = tokio::time::timeout(self.deadline, self.stream.read_buf(&mut self.unread));
        let count = read.await.map_err(|_| {
            let message = format!("nothing came within {:?}", self.deadline);
            io::Error::new(io::ErrorKind::TimedOut, message)
        })??;
        let mut record = lock(&self.record);
        let room = RECORD_CAP.saturating_sub(record.len()).min(count);
        record.extend_from_slice(&self.unread[before..before + room]);
        Ok(count > 0)
    }

    /// Reads what comes next, which must be something.
    pub(super) async fn fill_some(&mut self, what: &str) -> io::Result<()> {
        if self.fill().await? {
            return Ok(());
        }
        let message = format!("the stream ended within a {what}");
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, message))
    }

    /// Takes exactly `length` bytes.
    pub(super) async fn take_exactly(&mut self, length: usize) -> io::Result<Bytes> {
        while self.unread.len() < length {
            self.fill_some("body").await?;
        }
        Ok(self.take(length))
    }

    /// Takes a line without its CRLF.
    pub(super) async fn take_line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|window| window == b"\r\n") {
                let line = self.take(end + 2);
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.fill_some("line").await?;
        }
    }
}

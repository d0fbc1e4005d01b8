//! What a process writes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::JoinHandle;

use crate::sync::lock;

/// How much is kept of what a process writes.
const CAP: usize = 1 << 20;

/// What a process writes to one of its streams, read as it comes so that the process never waits for us.
#[derive(Debug)]
pub(crate) struct Output {
    written: Arc<Mutex<Vec<u8>>>,
    reading: Option<JoinHandle<()>>,
}

impl Output {
    /// Reads `stream` until it ends.
    pub(crate) fn of(stream: Option<impl AsyncRead + Unpin + Send + 'static>) -> Self {
        let written = Arc::<Mutex<Vec<u8>>>::default();
        let reading = stream.map(|stream| tokio::spawn(read(stream, Arc::clone(&written))));
        Self { written, reading }
    }

    /// What came so far; a byte that is not UTF-8 shows as U+FFFD.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&lock(&self.written)).into_owned()
    }

    /// Waits until the stream has ended, which a grandchild that holds it open can put off.
    pub(crate) async fn finish(&mut self, within: Duration) {
        if let Some(reading) = &mut self.reading
            && tokio::time::timeout(within, reading).await.is_ok()
        {
            self.reading = None;
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(reading) = &self.reading {
            reading.abort();
        }
    }
}

async fn read(mut stream: impl AsyncRead + Unpin, written: Arc<Mutex<Vec<u8>>>) {
    let mut chunk = vec![0; 16 << 10];
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        let mut written = lock(&written);
        let room = CAP.saturating_sub(written.len()).min(count);
        written.extend_from_slice(&chunk[..room]);
    }
}

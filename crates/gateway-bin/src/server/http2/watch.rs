//! What is noted of a client's socket.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use h2::Reason;
use tokio::time::Instant;

use super::frames::FrameReader;

/// So many small frames are read at once. h2 keeps each for itself, at some 300 bytes, until somebody takes it.
const SMALL_FRAMES: usize = 1024;

/// What was noted. Socket and connection are polled by one task, so its lock is never waited for.
#[derive(Clone, Debug)]
pub(super) struct Watch(Arc<Mutex<Notes>>);

/// All that is noted.
#[derive(Debug)]
pub(super) struct Notes {
    frames: FrameReader,
    seen: Seen,
    /// Small frames that were dealt with.
    gathered: usize,
    stop: Option<Stop>,
}

/// What was noted of a socket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// When bytes came last.
    pub(super) read: Instant,
    /// Since when the client takes nothing of what we write; `None` while it does.
    pub(super) blocked: Option<Instant>,
    /// Since when a frame, or a head of several frames, is unfinished.
    pub(super) unfinished: Option<Instant>,
    /// It is not a DATA frame that is unfinished.
    pub(super) in_head: bool,
    /// The bytes that have come of an unfinished DATA frame.
    pub(super) partial_data: u32,
    /// The client's first frame has come.
    pub(super) has_begun: bool,
}

/// Why nothing is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The client has violated the protocol in a way that has this name.
    Violation(Reason),
    /// Many small frames have come, which may have to be gathered.
    SmallFrames,
}

impl Watch {
    /// Of a connection that was opened at this moment.
    pub(super) fn new(opened: Instant) -> Self {
        Self(Arc::new(Mutex::new(Notes {
            frames: FrameReader::new(),
            seen: Seen {
                read: opened,
                blocked: None,
                unfinished: Some(opened),
                in_head: true,
                partial_data: 0,
                has_begun: false,
            },
            gathered: 0,
            stop: None,
        })))
    }

    /// What was noted.
    pub(super) fn seen(&self) -> Seen {
        self.notes().seen
    }

    /// Why nothing is read, if so. After a violation it stays so; otherwise who asks will do what is to be done.
    pub(super) fn stop(&self) -> Option<Stop> {
        let mut notes = self.notes();
        match notes.stop {
            Some(Stop::SmallFrames) => notes.stop.take(),
            stop => stop,
        }
    }

    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_written<T>(&self, polled: &Poll<io::Result<T>>) {
        let seen = &mut self.notes().seen;
        match polled {
            Poll::Pending => {
                seen.blocked.get_or_insert_with(Instant::now);
            }
            Poll::Ready(_) => seen.blocked = None,
        }
    }
}

impl Notes {
    /// Whether nothing may be read now.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// Notes what was read; how much of it may pass.
    pub(super) fn note_read(&mut self, bytes: &[u8]) -> usize {
        let Self { frames, seen, .. } = self;
        let now = Instant::now();
        seen.read = now;
        let ended = match frames.read(bytes) {
            Ok(ended) => ended,
            Err(violation) => {
                self.stop = Some(Stop::Violation(violation.reason));
                return violation.passing;
            }
        };
        seen.unfinished = match seen.unfinished {
            _ if frames.is_whole() => None,
            Some(since) if !ended => Some(since),
            _ => Some(now),
        };
        seen.in_head = frames.is_in_head();
        seen.partial_data = frames.partial_data();
        seen.has_begun = frames.has_begun();
        if frames.small_data() - self.gathered >= SMALL_FRAMES {
            self.gathered = frames.small_data();
            self.stop = Some(Stop::SmallFrames);
        }
        bytes.len()
    }
}

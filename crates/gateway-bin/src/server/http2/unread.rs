//! Streams that are answered and shall yet be reset.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use h2::{FlowControl, Reason, SendStream};
use tokio::time::Instant;

/// How long a client has to read the answer before its stream is reset. Many (curl 7.88 among them) forget an answer
/// that they have not dealt with when RST_STREAM comes, even with NO_ERROR.
const LINGERING: Duration = Duration::from_secs(1);
/// Most streams that linger.
const MOST: usize = 32;

/// Streams that are answered and shall yet be reset. None of their bytes is kept, and their windows stay as they are, so
/// that 64 KiB come at most.
#[derive(Default)]
pub(super) struct Unread(VecDeque<(Instant, Answered)>);

/// What holds a stream open that is answered. Dropped, it resets the stream.
pub(super) enum Answered {
    /// Its request still comes.
    Unread { _stream: FlowControl },
    /// Its request was malformed, and its response has no end.
    Malformed(SendStream<Bytes>),
}

impl Drop for Answered {
    fn drop(&mut self) {
        if let Self::Malformed(stream) = self {
            stream.send_reset(Reason::PROTOCOL_ERROR);
        }
    }
}

impl Unread {
    /// Lets a stream linger.
    pub(super) fn add(&mut self, stream: Answered, now: Instant) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((now + LINGERING, stream));
    }

    /// Resets those that have lingered long enough; when to look again.
    pub(super) fn reset(&mut self, now: Instant) -> Option<Instant> {
        while self.0.pop_front_if(|(until, _)| *until <= now).is_some() {}
        self.0.front().map(|(until, _)| *until)
    }

    /// Resets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

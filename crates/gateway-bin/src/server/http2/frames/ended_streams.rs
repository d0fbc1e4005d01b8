//! Which streams the client has ended lately.

/// Streams whose end is remembered; what comes for those that ended before is left to `h2`.
pub(super) const REMEMBERED: usize = 16;

/// The streams that the client has ended last.
#[derive(Debug, Default)]
pub(super) struct EndedStreams {
    streams: [u32; REMEMBERED],
    /// Where the last of them stands.
    last: usize,
}

impl EndedStreams {
    pub(super) fn add(&mut self, stream: u32) {
        self.last = (self.last + 1) % REMEMBERED;
        self.streams[self.last] = stream;
    }

    pub(super) fn contains(&self, stream: u32) -> bool {
        stream != 0 && self.streams.contains(&stream)
    }
}

//! Where frames begin and end, in whatever pieces they come.

use h2::Reason;

use super::frame_head::DATA;
use super::{FrameHead, Rules};

/// The length of the connection preface (RFC 9113 §3.4), which h2 checks.
pub(super) const PREFACE: usize = 24;

/// What must not pass, and from which byte on.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::server::http2) struct Violation {
    /// How many of the bytes may pass; the frame at fault is not whole by then.
    pub(in crate::server::http2) passing: usize,
    /// The error to end the connection with.
    pub(in crate::server::http2) reason: Reason,
}

/// Follows what a client sends: what of it must not pass, and how far the client has got. h2 shows a frame when it is
/// whole, and a head with its last CONTINUATION; until then nothing else tells a client that is slow from one that never
/// means to finish. Payloads that nothing hangs on are skipped, whatever their length.
#[derive(Debug)]
pub(in crate::server::http2) struct FrameReader {
    rules: Rules,
    /// A head that has come in part, and how much of it.
    head: [u8; FrameHead::LENGTH],
    have: usize,
    /// Bytes of the frame's payload, or of the preface, that have not come.
    left: usize,
    /// The length of the payload.
    length: usize,
    is_data: bool,
    /// What is being sent is a frame, no longer the preface.
    is_frame: bool,
    /// A frame has been whole.
    has_begun: bool,
    small_data: usize,
}

impl FrameReader {
    /// Before the preface.
    pub(in crate::server::http2) fn new() -> Self {
        Self {
            rules: Rules::new(),
            head: [0; FrameHead::LENGTH],
            have: 0,
            left: PREFACE,
            length: PREFACE,
            is_data: false,
            is_frame: false,
            has_begun: false,
            small_data: 0,
        }
    }

    /// Follows the next bytes; whether a frame, or a head of several frames, has ended in them.
    ///
    /// # Errors
    /// At the first violation. What comes then is nothing to follow.
    pub(in crate::server::http2) fn read(&mut self, bytes: &[u8]) -> Result<bool, Violation> {
        let mut ended = false;
        let mut passing = 0;
        while passing < bytes.len() {
            let step = self.step(&bytes[passing..]);
            passing += step.map_err(|reason| Violation { passing, reason })?;
            ended |= self.is_whole();
        }
        Ok(ended)
    }

    /// Takes what there is of a head, or of a payload.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, Reason> {
        let taken = if self.left > 0 {
            let taken = bytes.len().min(self.left);
            if self.is_frame {
                self.rules.go_on(&bytes[..taken], self.left)?;
            }
            self.left -= taken;
            taken
        } else {
            let Some((head, taken)) = self.take_head(bytes) else {
                return Ok(bytes.len());
            };
            self.begin(head)?;
            taken
        };
        if self.left == 0 && self.is_frame {
            self.has_begun = true;
            self.rules.end()?;
        }
        Ok(taken)
    }

    /// The head that `bytes` begins with or ends, and how much of them belongs to it; `None` while it is not whole.
    fn take_head(&mut self, bytes: &[u8]) -> Option<(FrameHead, usize)> {
        if self.have == 0
            && let Some((head, _)) = bytes.split_first_chunk()
        {
            return Some((FrameHead::parse(*head), FrameHead::LENGTH));
        }
        let taken = bytes.len().min(FrameHead::LENGTH - self.have);
        self.head[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
        self.have += taken;
        (self.have == FrameHead::LENGTH).then(|| (FrameHead::parse(self.head), taken))
    }

    fn begin(&mut self, head: FrameHead) -> Result<(), Reason> {
        self.have = 0;
        self.left = head.length;
        self.length = head.length;
        self.is_data = head.kind == DATA;
        self.is_frame = true;
        self.small_data += usize::from(head.is_small_data());
        self.rules.begin(&head)
    }

    /// Whether nothing has been begun.
    pub(in crate::server::http2) fn is_whole(&self) -> bool {
        self.left == 0 && self.have == 0 && !self.rules.is_in_block()
    }

    /// Whether a frame other than DATA was begun, which nothing but the client can hold up.
    pub(in crate::server::http2) fn is_in_head(&self) -> bool {
        self.rules.is_in_block() || (self.left > 0 && !self.is_data)
    }

    /// The bytes that have come of a DATA frame that is not whole.
    pub(in crate::server::http2) fn partial_data(&self) -> u32 {
        if self.is_data && self.left > 0 {
            // A length has 24 bits.
            u32::try_from(self.length - self.left).unwrap_or(u32::MAX)
        } else {
            0
        }
    }

    /// Whether the client has sent its first frame, which has to be SETTINGS.
    pub(in crate::server::http2) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// How many small frames of DATA have come.
    pub(in crate::server::http2) fn small_data(&self) -> usize {
        self.small_data
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame_head::END_HEADERS;
    use super::*;

    /// Its payload are fields without name and value, where it is a head.
    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.resize(FrameHead::LENGTH + usize::from(length), 0);
        frame
    }

    /// Whether something ends in `bytes`, which violate nothing.
    #[track_caller]
    fn ends(reader: &mut FrameReader, bytes: &[u8]) -> bool {
        reader.read(bytes).unwrap()
    }

    fn begun() -> FrameReader {
        let mut reader = FrameReader::new();
        assert!(!reader.is_whole());
        ends(&mut reader, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assert!(reader.is_whole() && !reader.has_begun());
        assert!(ends(&mut reader, &frame(4, 0, 6)));
        assert!(reader.is_whole() && reader.has_begun());
        reader
    }

    #[test]
    fn frames_are_whole_wherever_they_are_cut() {
        let mut bytes = [
            frame(4, 0, 6),
            frame(1, 4, 21),
            frame(0, 1, 7),
            frame(6, 0, 8),
        ]
        .concat();
        for piece in 1..bytes.len() {
            let mut reader = begun();
            let pieces = bytes.chunks(piece);
            let ended = pieces.filter(|piece| ends(&mut reader, piece)).count();
            assert!((1..=4).contains(&ended), "in pieces of {piece}: {ended}");
            assert!(reader.is_whole());
        }
        bytes.pop();
        let mut reader = begun();
        assert!(ends(&mut reader, &bytes));
        assert!(!reader.is_whole() && reader.is_in_head());
    }

    #[test]
    fn a_head_ends_with_its_last_continuation() {
        let mut reader = begun();
        for part in [frame(1, 1, 3), frame(9, 0, 3), frame(9, 0, 0)] {
            assert!(!ends(&mut reader, &part));
            assert!(reader.is_in_head());
        }
        assert!(ends(&mut reader, &frame(9, END_HEADERS, 0)));
        assert!(reader.is_whole() && !reader.is_in_head());
    }

    #[test]
    fn what_has_come_of_a_data_frame_is_known() {
        let mut reader = begun();
        ends(&mut reader, &frame(0, 0, 200)[..109]);
        assert_eq!(reader.partial_data(), 100);
        assert!(!reader.is_whole() && !reader.is_in_head());
        assert!(ends(&mut reader, &[0; 100]));
        assert!(reader.is_whole());
        assert_eq!(reader.partial_data(), 0);
        assert_eq!(reader.small_data(), 1);
    }
}

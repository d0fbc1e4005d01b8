//! How far the client has got with the frame it is sending.

/// The length of the connection preface (RFC 9113, section 3.4).
const PREFACE: u32 = 24;
/// The length of a frame's header (RFC 9113, section 4.1).
const HEADER: usize = 9;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 0x4;

/// How far the client has got with the frame it is sending. h2 shows a frame when it is whole, and a head with its
/// last CONTINUATION; until then nothing tells a client that is slow from one that never means to finish.
#[derive(Debug)]
pub(super) struct FrameScan {
    header: [u8; HEADER],
    /// Bytes of `header` that have come.
    have: usize,
    /// Bytes of the frame's payload, or of the preface, that have not come.
    left: u32,
    /// The length of the payload.
    length: u32,
    is_data: bool,
    /// A head was begun, END_HEADERS has not come.
    in_head: bool,
    /// What is being sent is a frame, no longer the preface.
    is_frame: bool,
    /// A frame has been whole.
    has_begun: bool,
}

impl FrameScan {
    /// Before the preface.
    pub(super) fn new() -> Self {
        Self {
            header: [0; HEADER],
            have: 0,
            left: PREFACE,
            length: PREFACE,
            is_data: false,
            in_head: false,
            is_frame: false,
            has_begun: false,
        }
    }

    /// Looks at the next bytes; whether a frame, or a head of several frames, has ended in them.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> bool {
        let mut ended = false;
        while !bytes.is_empty() {
            if self.left > 0 {
                let here = bytes.len().min(self.left as usize);
                bytes = &bytes[here..];
                // Not above `left`, which is of 32 bits.
                self.left -= u32::try_from(here).unwrap_or(self.left);
                ended |= self.ends();
                continue;
            }
            let here = bytes.len().min(HEADER - self.have);
            self.header[self.have..self.have + here].copy_from_slice(&bytes[..here]);
            bytes = &bytes[here..];
            self.have += here;
            if self.have == HEADER {
                self.begin();
                ended |= self.ends();
            }
        }
        ended
    }

    fn begin(&mut self) {
        let [a, b, c, kind, flags, ..] = self.header;
        self.have = 0;
        self.length = u32::from_be_bytes([0, a, b, c]);
        self.left = self.length;
        self.is_data = kind == DATA;
        self.is_frame = true;
        if kind == HEADERS || kind == CONTINUATION {
            self.in_head = flags & END_HEADERS == 0;
        }
    }

    fn ends(&mut self) -> bool {
        self.has_begun |= self.is_frame && self.left == 0;
        self.is_whole()
    }

    /// Whether nothing has been begun.
    pub(super) fn is_whole(&self) -> bool {
        self.left == 0 && self.have == 0 && !self.in_head
    }

    /// Whether a frame other than DATA was begun, which nothing but the client can hold up.
    pub(super) fn is_in_head(&self) -> bool {
        self.in_head || (self.left > 0 && !self.is_data)
    }

    /// The bytes that have come of a DATA frame that is not whole.
    pub(super) fn partial_data(&self) -> u32 {
        if self.is_data && self.left > 0 {
            self.length - self.left
        } else {
            0
        }
    }

    /// Whether the client has sent its first frame, which has to be SETTINGS.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.resize(HEADER + usize::from(length), 0);
        frame
    }

    fn begun() -> FrameScan {
        let mut scan = FrameScan::new();
        assert!(!scan.is_whole());
        scan.feed(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assert!(scan.is_whole() && !scan.has_begun());
        assert!(scan.feed(&frame(4, 0, 6)));
        assert!(scan.is_whole() && scan.has_begun());
        scan
    }

    #[test]
    fn frames_are_whole_wherever_they_are_cut() {
        let mut bytes = [
            frame(4, 0, 6),
            frame(1, 5, 20),
            frame(0, 1, 7),
            frame(6, 0, 8),
        ]
        .concat();
        for piece in 1..bytes.len() {
            let mut scan = begun();
            let ended = bytes.chunks(piece).filter(|piece| scan.feed(piece)).count();
            assert!((1..=4).contains(&ended), "in pieces of {piece}: {ended}");
            assert!(scan.is_whole());
        }
        bytes.pop();
        let mut scan = begun();
        assert!(scan.feed(&bytes));
        assert!(!scan.is_whole() && scan.is_in_head());
    }

    #[test]
    fn a_head_ends_with_its_last_continuation() {
        let mut scan = begun();
        for part in [frame(1, 1, 3), frame(9, 0, 3), frame(9, 0, 0)] {
            assert!(!scan.feed(&part));
            assert!(scan.is_in_head());
        }
        assert!(scan.feed(&frame(9, END_HEADERS, 0)));
        assert!(scan.is_whole() && !scan.is_in_head());
    }

    #[test]
    fn what_has_come_of_a_data_frame_is_known() {
        let mut scan = begun();
        scan.feed(&frame(0, 0, 200)[..109]);
        assert_eq!(scan.partial_data(), 100);
        assert!(!scan.is_whole() && !scan.is_in_head());
        assert!(scan.feed(&[0; 100]));
        assert!(scan.is_whole());
        assert_eq!(scan.partial_data(), 0);
    }
}

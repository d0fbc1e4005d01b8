//! Where the frames of a WebSocket end.

/// Follows the frames of one direction of a WebSocket (RFC 6455, section 5.2), by their headers alone: what is in
/// them is nobody's business but the ends'.
///
/// Between two frames a control frame may stand, be it in the middle of a fragmented message.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameBoundary {
    at: At,
    /// Whether the frame under way says that its sender has no more to say.
    is_close: bool,
    closed: bool,
}

/// What the next byte is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// The first of a frame: bits and opcode.
    #[default]
    Boundary,
    /// The second: masked or not, and a length or how long the length is.
    Length,
    /// One of `left` bytes of a longer length.
    Extended { left: u8, length: u64, masked: bool },
    /// One of the so many of mask and payload.
    Payload(u64),
}

const OPCODE: u8 = 0x0f;
const CLOSE: u8 = 0x08;
const MASKED: u8 = 0x80;
/// Bytes of a mask.
const MASK: u64 = 4;

impl FrameBoundary {
    /// Follows all of `bytes`.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let frame = self.feed_to_boundary(bytes);
            bytes = bytes.get(frame..).unwrap_or_default();
        }
    }

    /// Follows `bytes` as far as the end of the frame that is under way or begins with them; returns how many that
    /// were, which is all of them where the frame does not end.
    pub(super) fn feed_to_boundary(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while let Some(rest @ [byte, ..]) = bytes.get(taken..) {
            let more = usize::try_from(self.payload()).unwrap_or(usize::MAX);
            taken += if more == 0 {
                self.header(*byte);
                1
            } else {
                let passed = more.min(rest.len());
                self.pass(passed);
                passed
            };
            if self.is_at_boundary() {
                break;
            }
        }
        taken
    }

    /// Whether the next byte begins a frame.
    pub(super) fn is_at_boundary(&self) -> bool {
        self.at == At::Boundary
    }

    /// Whether a whole close frame has passed, after which its sender has nothing to say.
    pub(super) fn has_closed(&self) -> bool {
        self.closed
    }

    /// How much of mask and payload is still to come, where the header is complete.
    fn payload(&self) -> u64 {
        match self.at {
            At::Payload(left) => left,
            _ => 0,
        }
    }

    fn pass(&mut self, passed: usize) {
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        self.go_to(self.payload().saturating_sub(passed));
    }

    fn header(&mut self, byte: u8) {
        match self.at {
            At::Boundary | At::Payload(_) => {
                self.is_close = byte & OPCODE == CLOSE;
                self.at = At::Length;
            }
            At::Length => {
                let masked = byte & MASKED != 0;
                let extended = |left| At::Extended {
                    left,
                    length: 0,
                    masked,
                };
                match byte & !MASKED {
                    126 => self.at = extended(2),
                    127 => self.at = extended(8),
                    length => self.begin(u64::from(length), masked),
                }
            }
            At::Extended {
                left,
                length,
                masked,
            } => {
                let length = length << 8 | u64::from(byte);
                match left {
                    0 | 1 => self.begin(length, masked),
                    _ => {
                        let left = left - 1;
                        self.at = At::Extended {
                            left,
                            length,
                            masked,
                        };
                    }
                }
            }
        }
    }

    /// The header is complete.
    fn begin(&mut self, length: u64, masked: bool) {
        self.go_to(length.saturating_add(if masked { MASK } else { 0 }));
    }

    fn go_to(&mut self, left: u64) {
        if left > 0 {
            self.at = At::Payload(left);
        } else {
            self.at = At::Boundary;
            self.closed |= self.is_close;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame with that opcode and so much payload.
    fn frame(opcode: u8, payload: usize, masked: bool) -> Vec<u8> {
        let mask_bit = if masked { MASKED } else { 0 };
        let mut frame = vec![0x80 | opcode];
        if let Ok(short @ 0..=125) = u8::try_from(payload) {
            frame.push(mask_bit | short);
        } else if let Ok(length) = u16::try_from(payload) {
            frame.push(mask_bit | 126);
            frame.extend(length.to_be_bytes());
        } else {
            frame.push(mask_bit | 127);
            frame.extend((payload as u64).to_be_bytes());
        }
        frame.extend(std::iter::repeat_n(0x88, if masked { 4 } else { 0 }));
        frame.extend(std::iter::repeat_n(0x88, payload));
        frame
    }

    #[test]
    fn every_frame_ends_where_it_ends_however_it_comes() {
        for payload in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            for masked in [false, true] {
                let frame = frame(2, payload, masked);
                for piece in [1, 2, 3, 7, frame.len()] {
                    let mut boundary = FrameBoundary::default();
                    let mut ends = Vec::new();
                    for (index, piece) in frame.chunks(piece).enumerate() {
                        boundary.feed(piece);
                        if boundary.is_at_boundary() {
                            ends.push(index);
                        }
                    }
                    let pieces = frame.len().div_ceil(piece);
                    assert_eq!(ends, [pieces - 1], "{payload} {masked} by {piece}");
                    assert!(!boundary.has_closed(), "what looks so is payload");
                }
            }
        }
    }

    #[test]
    fn it_stops_at_the_first_boundary() {
        let (first, second) = (frame(1, 200, true), frame(9, 0, true));
        let both = [first.clone(), second.clone()].concat();
        let mut boundary = FrameBoundary::default();
        assert_eq!(boundary.feed_to_boundary(&both[..50]), 50);
        let rest = &both[50..];
        let end = boundary.feed_to_boundary(rest);
        assert_eq!(end, first.len() - 50);
        assert!(boundary.is_at_boundary());
        assert_eq!(boundary.feed_to_boundary(&rest[end..]), second.len());
        assert_eq!(boundary.feed_to_boundary(&[]), 0);
    }

    #[test]
    fn a_close_frame_is_seen_when_it_is_whole() {
        for close in [frame(8, 0, false), frame(8, 2, true), frame(8, 100, false)] {
            let mut boundary = FrameBoundary::default();
            boundary.feed(&frame(1, 5, false));
            boundary.feed(&close[..close.len() - 1]);
            assert!(!boundary.has_closed());
            boundary.feed(&close[close.len() - 1..]);
            assert!(boundary.has_closed());
        }
    }

    #[test]
    fn a_length_that_cannot_be_has_no_end() {
        let mut boundary = FrameBoundary::default();
        boundary.feed(&[0x82, 0xff]);
        boundary.feed(&[0xff; 8]);
        boundary.feed(&[0; 4096]);
        assert!(!boundary.is_at_boundary());
    }
}

//! What must not pass, by the heads of frames (RFC 9113 §4.1 and §6).

use h2::Reason;

use super::BlockCheck;

/// The length of the preface, which `h2` checks.
const PREFACE: usize = 24;
/// The length of a frame's head.
const HEAD: usize = 9;
/// Streams whose end is remembered; what comes for those that ended before is left to `h2`.
const REMEMBERED: usize = 16;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const ACK: u8 = 0x1;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const WITH_PRIORITY: u8 = 0x20;

const INITIAL_WINDOW_SIZE: [u8; 2] = [0, 4];

/// What must not pass, and from which byte on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// How many of the bytes may pass; the frame at fault is not whole by then.
    pub(super) passing: usize,
    /// The error to end the connection with.
    pub(super) reason: Reason,
}

/// Follows what a client sends, in whatever pieces it comes.
#[derive(Debug)]
pub(super) struct FrameCheck {
    /// What is left of the preface.
    preface: usize,
    /// The head of the frame, and how much of it has come.
    head: [u8; HEAD],
    headed: usize,
    /// What is left of the frame's payload.
    left: usize,
    payload: Payload,
    /// The block that is open, if one is, whose frames must follow each other.
    block: Option<BlockCheck>,
    /// The highest stream so far.
    highest: u32,
    /// Streams that the client has ended, the last of them at `ended_at`.
    ended: [u32; REMEMBERED],
    ended_at: usize,
}

/// What to look for in a payload.
#[derive(Debug)]
enum Payload {
    /// Nothing.
    Any,
    /// A setting of six bytes, so many of which have come.
    Settings([u8; 6], usize),
    /// A piece of a header block: behind so many bytes, and before as much padding.
    Block {
        padded: bool,
        skipped: usize,
        padding: usize,
        last: bool,
    },
}

impl FrameCheck {
    pub(super) fn new() -> Self {
        Self {
            preface: PREFACE,
            head: [0; HEAD],
            headed: 0,
            left: 0,
            payload: Payload::Any,
            block: None,
            highest: 0,
            ended: [0; REMEMBERED],
            ended_at: 0,
        }
    }

    /// Follows `bytes`.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        let mut at = self.preface.min(bytes.len());
        self.preface -= at;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let taken = if self.headed < HEAD {
                self.take_head(rest)
            } else {
                self.take_payload(rest)
            };
            let passing = at;
            at += taken.map_err(|reason| Violation { passing, reason })?;
        }
        Ok(())
    }

    /// Takes what there is of a head.
    fn take_head(&mut self, bytes: &[u8]) -> Result<usize, Reason> {
        let taken = bytes.len().min(HEAD - self.headed);
        self.head[self.headed..self.headed + taken].copy_from_slice(&bytes[..taken]);
        self.headed += taken;
        if self.headed == HEAD {
            let [l0, l1, l2, kind, flags, stream @ ..] = self.head;
            self.left = u32::from_be_bytes([0, l0, l1, l2]) as usize;
            self.begin(kind, flags, u32::from_be_bytes(stream) & 0x7fff_ffff)?;
            self.end_if_whole()?;
        }
        Ok(taken)
    }

    /// Takes what there is of a payload.
    fn take_payload(&mut self, bytes: &[u8]) -> Result<usize, Reason> {
        let taken = bytes.len().min(self.left);
        let piece = &bytes[..taken];
        match &mut self.payload {
            Payload::Any => {}
            Payload::Settings(pair, have) => {
                for byte in piece {
                    pair[*have] = *byte;
                    *have = (*have + 1) % pair.len();
                    // §6.5.2: a window of more than 2³¹ − 1.
                    if *have == 0 && pair[..2] == INITIAL_WINDOW_SIZE && pair[2] & 0x80 != 0 {
                        return Err(Reason::FLOW_CONTROL_ERROR);
                    }
                }
            }
            Payload::Block {
                padded,
                skipped,
                padding,
                ..
            } => {
                let mut piece = piece;
                let mut left = self.left;
                if let (true, [length, rest @ ..]) = (*padded, piece) {
                    (*padded, *padding) = (false, usize::from(*length));
                    (piece, left) = (rest, left - 1);
                }
                let prefix = piece.len().min(*skipped);
                *skipped -= prefix;
                let fragment = left.saturating_sub(prefix + *padding);
                let piece = &piece[prefix..];
                if let Some(block) = &mut self.block {
                    block.read(&piece[..piece.len().min(fragment)])?;
                }
            }
        }
        self.left -= taken;
        self.end_if_whole()?;
        Ok(taken)
    }

    /// Looks at a head.
    fn begin(&mut self, kind: u8, flags: u8, stream: u32) -> Result<(), Reason> {
        self.payload = Payload::Any;
        let length = self.left;
        if self.block.is_some() && kind != CONTINUATION {
            return Err(Reason::PROTOCOL_ERROR);
        }
        let size_is_right = match kind {
            PRIORITY => length == 5,
            RST_STREAM | WINDOW_UPDATE => length == 4,
            SETTINGS if flags & ACK != 0 => length == 0,
            SETTINGS => length.is_multiple_of(6),
            PING => length == 8,
            GOAWAY => length >= 8,
            _ => true,
        };
        if !size_is_right {
            return Err(Reason::FRAME_SIZE_ERROR);
        }
        match kind {
            PUSH_PROMISE => return Err(Reason::PROTOCOL_ERROR),
            // §5.1, half-closed (remote) and closed.
            DATA | HEADERS if self.has_ended(stream) => return Err(Reason::STREAM_CLOSED),
            HEADERS => {
                self.block = Some(BlockCheck::new(stream <= self.highest));
                self.highest = self.highest.max(stream);
                self.payload = Payload::Block {
                    padded: flags & PADDED != 0,
                    skipped: if flags & WITH_PRIORITY != 0 { 5 } else { 0 },
                    padding: 0,
                    last: flags & END_HEADERS != 0,
                };
            }
            CONTINUATION => {
                self.payload = Payload::Block {
                    padded: false,
                    skipped: 0,
                    padding: 0,
                    last: flags & END_HEADERS != 0,
                };
            }
            SETTINGS => self.payload = Payload::Settings([0; 6], 0),
            _ => {}
        }
        let ends = match kind {
            DATA | HEADERS => flags & END_STREAM != 0,
            RST_STREAM => stream <= self.highest,
            _ => false,
        };
        if ends {
            self.ended_at = (self.ended_at + 1) % REMEMBERED;
            self.ended[self.ended_at] = stream;
        }
        Ok(())
    }

    /// Goes on to the next head if nothing of this frame is left.
    fn end_if_whole(&mut self) -> Result<(), Reason> {
        if self.left > 0 {
            return Ok(());
        }
        self.headed = 0;
        if let Payload::Block { last: true, .. } = self.payload
            && let Some(block) = self.block.take()
        {
            block.end()?;
        }
        Ok(())
    }

    fn has_ended(&self, stream: u32) -> bool {
        stream != 0 && self.ended.contains(&stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = b"\x82\x86\x84\x41\x01a";

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        frame
    }

    fn head(stream: u32, flags: u8) -> Vec<u8> {
        frame(HEADERS, END_HEADERS | flags, stream, REQUEST)
    }

    /// What is wrong with `frames` after a preface, sent whole and byte by byte; and whether what passed left
    /// the last frame incomplete.
    #[track_caller]
    fn fault(frames: &[Vec<u8>]) -> Option<Reason> {
        let bytes = [&[b'P'; PREFACE][..], &frames.concat()].concat();
        let whole = FrameCheck::new().read(&bytes);
        let mut check = FrameCheck::new();
        let mut sent = 0;
        let dripped = bytes.chunks(1).try_for_each(|byte| {
            check.read(byte)?;
            sent += 1;
            Ok::<_, Violation>(())
        });
        let whole = whole.map_err(|violation| {
            assert!(violation.passing < bytes.len());
            violation.reason
        });
        assert_eq!(whole, dripped.map_err(|violation| violation.reason));
        assert!(whole.is_ok() == (sent == bytes.len()));
        whole.err()
    }

    #[test]
    fn what_is_right_passes() {
        let padded = [&[2, 0, 0, 0, 0, 15][..], REQUEST, &[0x40, 0x40]].concat();
        assert_eq!(
            fault(&[
                frame(
                    SETTINGS,
                    0,
                    0,
                    &[0, 4, 0x7f, 0xff, 0xff, 0xff, 0, 1, 0, 0, 0, 0]
                ),
                frame(SETTINGS, ACK, 0, b""),
                frame(HEADERS, END_HEADERS | PADDED | WITH_PRIORITY, 1, &padded),
                frame(DATA, 0, 1, b"data"),
                frame(DATA, 0, 1, b""),
                frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x00\x01a\x01b"),
                frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]),
                frame(PRIORITY, 0, 1, &[0; 5]),
                frame(HEADERS, END_STREAM, 3, &REQUEST[..4]),
                frame(CONTINUATION, 0, 3, b""),
                frame(CONTINUATION, END_HEADERS, 3, &REQUEST[4..]),
                frame(RST_STREAM, 0, 3, &[0; 4]),
                frame(PING, 0, 0, &[0; 8]),
                frame(0xfe, 0xff, 0, b"whatever"),
            ]),
            None
        );
    }

    #[test]
    fn sizes_must_be_right() {
        for (kind, flags, length) in [
            (PRIORITY, 0, 4),
            (RST_STREAM, 0, 3),
            (SETTINGS, 0, 3),
            (SETTINGS, ACK, 6),
            (PING, 0, 6),
            (GOAWAY, 0, 7),
            (WINDOW_UPDATE, 0, 3),
        ] {
            let frame = frame(kind, flags, 0, &[0; 8][..length]);
            assert_eq!(fault(&[frame]), Some(Reason::FRAME_SIZE_ERROR), "{kind}");
        }
        let window = frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 9, 0, 4, 0x80, 0, 0, 0]);
        assert_eq!(fault(&[window]), Some(Reason::FLOW_CONTROL_ERROR));
    }

    #[test]
    fn what_the_client_has_ended_stays_ended() {
        let reset = frame(RST_STREAM, 0, 1, &[0; 4]);
        let data = frame(DATA, 0, 1, b"late");
        for frames in [
            vec![head(1, END_STREAM), data.clone()],
            vec![head(1, END_STREAM), head(3, 0), head(1, END_STREAM)],
            vec![head(1, 0), frame(DATA, END_STREAM, 1, b""), data.clone()],
            vec![head(1, 0), reset.clone(), head(1, END_STREAM)],
        ] {
            assert_eq!(fault(&frames), Some(Reason::STREAM_CLOSED));
        }
        // Further back the memory does not go, and resetting what never was is for h2 to judge.
        let many: Vec<_> = (0..=REMEMBERED as u32)
            .map(|n| head(2 * n + 1, END_STREAM))
            .chain([data])
            .collect();
        assert_eq!(fault(&many), None);
        assert_eq!(fault(&[reset, head(1, 0)]), None);
    }

    #[test]
    fn blocks_must_hang_together() {
        let open = frame(HEADERS, 0, 1, REQUEST);
        for (frames, reason) in [
            (
                vec![open.clone(), frame(0xfe, 0, 1, b"")],
                Reason::PROTOCOL_ERROR,
            ),
            (vec![open, frame(DATA, 0, 1, b"")], Reason::PROTOCOL_ERROR),
            (
                vec![frame(PUSH_PROMISE, 0, 1, &[0; 4])],
                Reason::PROTOCOL_ERROR,
            ),
            (
                vec![head(1, 0), head(1, END_STREAM)],
                Reason::PROTOCOL_ERROR,
            ),
            (
                vec![frame(HEADERS, END_HEADERS, 1, b"\x40")],
                Reason::COMPRESSION_ERROR,
            ),
            (
                vec![
                    frame(HEADERS, 0, 1, b"\x40"),
                    frame(CONTINUATION, END_HEADERS, 1, b"\x01"),
                ],
                Reason::COMPRESSION_ERROR,
            ),
        ] {
            assert_eq!(fault(&frames), Some(reason));
        }
    }
}

//! What must not pass, by the heads of frames (RFC 9113 §4.1 and §6).
//!
//! h2 leaves out: the right error for a frame of the wrong size, for a frame of a stream that the client has ended, for
//! a broken header block, and an error at all for pseudo-fields in trailers.

use h2::Reason;

use super::frame_head::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, PRIORITY,
    PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use super::{BlockCheck, EndedStreams, FrameHead, PayloadCheck};

/// What is known of a connection's frames so far, and what of the next would be a violation.
#[derive(Debug)]
pub(super) struct Rules {
    payload: PayloadCheck,
    /// The block that is open, if one is, whose frames must follow each other.
    block: Option<BlockCheck>,
    /// This frame is the last of the block.
    is_last: bool,
    /// The highest stream so far.
    highest: u32,
    ended: EndedStreams,
}

impl Rules {
    pub(super) fn new() -> Self {
        Self {
            payload: PayloadCheck::Any,
            block: None,
            is_last: false,
            highest: 0,
            ended: EndedStreams::default(),
        }
    }

    /// Whether a header block is open.
    pub(super) fn is_in_block(&self) -> bool {
        self.block.is_some()
    }

    /// A frame begins.
    pub(super) fn begin(&mut self, head: &FrameHead) -> Result<(), Reason> {
        let FrameHead { kind, stream, .. } = *head;
        if self.block.is_some() && kind != CONTINUATION {
            return Err(Reason::PROTOCOL_ERROR);
        }
        if !has_right_size(head) {
            return Err(Reason::FRAME_SIZE_ERROR);
        }
        self.payload = match kind {
            PUSH_PROMISE => return Err(Reason::PROTOCOL_ERROR),
            // §5.1, half-closed (remote) and closed.
            DATA | HEADERS if self.ended.contains(stream) => return Err(Reason::STREAM_CLOSED),
            HEADERS => {
                self.block = Some(BlockCheck::new(stream <= self.highest));
                self.highest = self.highest.max(stream);
                PayloadCheck::headers(head)
            }
            CONTINUATION => PayloadCheck::continuation(),
            SETTINGS => PayloadCheck::settings(),
            _ => PayloadCheck::Any,
        };
        self.is_last = head.has(END_HEADERS);
        let ends = match kind {
            DATA | HEADERS => head.has(END_STREAM),
            RST_STREAM => stream <= self.highest,
            _ => false,
        };
        if ends {
            self.ended.add(stream);
        }
        Ok(())
    }

    /// Its payload goes on with `piece`; so much was `left` before.
    pub(super) fn go_on(&mut self, piece: &[u8], left: usize) -> Result<(), Reason> {
        self.payload.read(piece, left, self.block.as_mut())
    }

    /// It is whole.
    pub(super) fn end(&mut self) -> Result<(), Reason> {
        match &self.block {
            Some(block) if self.is_last => block.end()?,
            _ => return Ok(()),
        }
        self.block = None;
        Ok(())
    }
}

/// Whether a frame has a size that its kind allows.
fn has_right_size(head: &FrameHead) -> bool {
    let length = head.length;
    match head.kind {
        PRIORITY => length == 5,
        RST_STREAM | WINDOW_UPDATE => length == 4,
        SETTINGS if head.has(ACK) => length == 0,
        SETTINGS => length.is_multiple_of(6),
        PING => length == 8,
        GOAWAY => length >= 8,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::FrameReader;
    use super::super::ended_streams::REMEMBERED;
    use super::super::frame_head::{PADDED, WITH_PRIORITY};
    use super::super::frame_reader::{PREFACE, Violation};
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
        let whole = FrameReader::new().read(&bytes);
        let mut check = FrameReader::new();
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
        assert_eq!(whole.err(), dripped.err().map(|violation| violation.reason));
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

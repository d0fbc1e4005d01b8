//! What must not pass, by the payloads of frames.

use h2::Reason;

use super::frame_head::{PADDED, WITH_PRIORITY};
use super::{BlockCheck, FrameHead};

/// The setting that RFC 9113 §6.5.2 calls so.
const INITIAL_WINDOW_SIZE: [u8; 2] = [0, 4];

/// What to look for in a payload.
#[derive(Debug)]
pub(super) enum PayloadCheck {
    /// Nothing.
    Any,
    /// A setting of six bytes, so many of which have come.
    Settings([u8; 6], usize),
    /// A piece of a header block: behind so many bytes, and before as much padding.
    Block {
        padded: bool,
        skipped: usize,
        padding: usize,
    },
}

impl PayloadCheck {
    pub(super) fn settings() -> Self {
        Self::Settings([0; 6], 0)
    }

    /// Of HEADERS.
    pub(super) fn headers(head: &FrameHead) -> Self {
        Self::Block {
            padded: head.has(PADDED),
            skipped: if head.has(WITH_PRIORITY) { 5 } else { 0 },
            padding: 0,
        }
    }

    /// Of CONTINUATION.
    pub(super) fn continuation() -> Self {
        Self::Block {
            padded: false,
            skipped: 0,
            padding: 0,
        }
    }

    /// Looks at `piece`, with which begins what is `left` of the payload; its fields belong to `block`.
    pub(super) fn read(
        &mut self,
        piece: &[u8],
        left: usize,
        block: Option<&mut BlockCheck>,
    ) -> Result<(), Reason> {
        match self {
            Self::Any => Ok(()),
            Self::Settings(setting, have) => read_settings(setting, have, piece),
            Self::Block {
                padded,
                skipped,
                padding,
            } => {
                let (mut piece, mut left) = (piece, left);
                if let (true, [length, rest @ ..]) = (*padded, piece) {
                    (*padded, *padding) = (false, usize::from(*length));
                    (piece, left) = (rest, left - 1);
                }
                let prefix = piece.len().min(*skipped);
                *skipped -= prefix;
                let fragment = left.saturating_sub(prefix + *padding);
                let piece = &piece[prefix..];
                match block {
                    Some(block) => block.read(&piece[..piece.len().min(fragment)]),
                    None => Ok(()),
                }
            }
        }
    }
}

fn read_settings(setting: &mut [u8; 6], have: &mut usize, piece: &[u8]) -> Result<(), Reason> {
    for byte in piece {
        setting[*have] = *byte;
        *have = (*have + 1) % setting.len();
        // §6.5.2: a window of more than 2³¹ − 1.
        if *have == 0 && setting[..2] == INITIAL_WINDOW_SIZE && setting[2] & 0x80 != 0 {
            return Err(Reason::FLOW_CONTROL_ERROR);
        }
    }
    Ok(())
}

//! Percent escapes: reading one, and what becomes of the byte it stands for.

use super::{EncodedSlash, PathError};

/// A percent escape at the start of some bytes.
#[derive(Clone, Copy)]
pub(super) struct Escape {
    /// The byte it stands for.
    pub(super) value: u8,
    /// Whether its hex digits are in upper case already.
    pub(super) upper: bool,
}

/// What becomes of an escape in a canonical path.
pub(super) enum Fate {
    /// It is replaced by the character it stands for.
    Decode,
    /// It stays, with its hex digits in upper case.
    Keep,
}

impl Escape {
    /// The escape that `bytes` begin with.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let &[b'%', high, low, ..] = bytes else {
            return None;
        };
        Some(Self {
            value: hex(high)? << 4 | hex(low)?,
            upper: !high.is_ascii_lowercase() && !low.is_ascii_lowercase(),
        })
    }

    /// What becomes of this escape, given the bytes that come after it.
    pub(super) fn fate(self, rest: &[u8], slash: EncodedSlash) -> Result<Fate, PathError> {
        match self.value {
            0 => Err(PathError::Nul),
            0x01..=0x1f | 0x7f => Err(PathError::Control),
            b'/' | b'\\' if slash == EncodedSlash::Refuse => Err(PathError::EncodedSlash),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => Ok(Fate::Decode),
            0x80.. if self.is_overlong(rest) => Err(PathError::Overlong),
            _ => Ok(Fate::Keep),
        }
    }

    /// Whether this byte begins a UTF-8 sequence that is longer than its character needs. Other byte
    /// sequences that are not UTF-8 are let through: they are legitimate in legacy encodings.
    fn is_overlong(self, rest: &[u8]) -> bool {
        let second = match self.value {
            0xc0 | 0xc1 => 0x80..=0xbf,
            0xe0 => 0x80..=0x9f,
            0xf0 => 0x80..=0x8f,
            _ => return false,
        };
        Self::read(rest).is_some_and(|next| second.contains(&next.value))
    }
}

/// Appends `byte` as an escape.
pub(super) fn push(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

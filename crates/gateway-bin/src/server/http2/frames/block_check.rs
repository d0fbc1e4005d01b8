//! The outline of a header block (RFC 7541 §6): where fields begin and end, not what they say.

use h2::Reason;

/// The last entry of the static table whose name begins with a colon.
const LAST_PSEUDO: u8 = 14;
/// Bytes that an integer may have beyond the first; `h2` reads as many.
const INTEGER_BYTES: u8 = 4;

/// Follows a header block, in whatever pieces it comes.
#[derive(Debug, Default)]
pub(super) struct BlockCheck {
    state: State,
    /// Whether pseudo-fields are forbidden, which stand before all others, and no field has come yet.
    no_pseudo: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// A field begins.
    #[default]
    Field,
    /// An integer goes on, before this.
    Integer { next: Next, value: usize, count: u8 },
    /// The length of a string begins.
    Length { is_name: bool },
    /// The first byte of a name of so many bytes, which tells a pseudo-field.
    Colon { huffman: bool, length: usize },
    /// So many bytes of a string.
    Text { is_name: bool, left: usize },
}

/// What follows an integer.
#[derive(Clone, Copy, Debug)]
enum Next {
    Field,
    Value,
    Text { is_name: bool, huffman: bool },
}

impl BlockCheck {
    /// Of trailers, or of the head of a request.
    pub(super) fn new(trailers: bool) -> Self {
        let state = State::Field;
        Self {
            state,
            no_pseudo: trailers,
        }
    }

    /// Follows the next piece.
    pub(super) fn read(&mut self, mut piece: &[u8]) -> Result<(), Reason> {
        while let [byte, rest @ ..] = piece {
            if let State::Text { is_name, left } = self.state {
                let taken = left.min(piece.len());
                piece = &piece[taken..];
                self.state = after_text(is_name, left - taken);
                continue;
            }
            self.state = self.step(*byte)?;
            piece = rest;
        }
        Ok(())
    }

    /// Whether the block may end here.
    pub(super) fn end(&self) -> Result<(), Reason> {
        match self.state {
            State::Field => Ok(()),
            _ => Err(Reason::COMPRESSION_ERROR),
        }
    }

    fn step(&mut self, byte: u8) -> Result<State, Reason> {
        match self.state {
            State::Field => self.field(byte),
            State::Integer { next, value, count } => {
                if count == INTEGER_BYTES {
                    return Err(Reason::COMPRESSION_ERROR);
                }
                let value = value + (usize::from(byte & 0x7f) << (7 * count));
                Ok(match byte {
                    0x80.. => State::Integer {
                        next,
                        value,
                        count: count + 1,
                    },
                    _ => self.after_integer(next, value),
                })
            }
            State::Length { is_name } => {
                let huffman = byte & 0x80 != 0;
                Ok(self.integer(byte, 0x7f, Next::Text { is_name, huffman }))
            }
            State::Colon { huffman, length } => {
                // Huffman's code of the colon is the seven bits 1011100 (RFC 7541 appendix B).
                let is_pseudo = match huffman {
                    true => byte >> 1 == 0b101_1100,
                    false => byte == b':',
                };
                match is_pseudo {
                    true => Err(Reason::PROTOCOL_ERROR),
                    false => Ok(after_text(true, length - 1)),
                }
            }
            State::Text { .. } => Ok(self.state),
        }
    }

    /// The first byte of a field (§6.1 to §6.3).
    fn field(&mut self, byte: u8) -> Result<State, Reason> {
        let (mask, next) = match byte {
            0x80 => return Err(Reason::COMPRESSION_ERROR),
            0x81.. => (0x7f, Next::Field),
            0x40.. => (0x3f, Next::Value),
            0x20.. => return Ok(self.integer(byte, 0x1f, Next::Field)),
            _ => (0x0f, Next::Value),
        };
        let index = byte & mask;
        if index == 0 {
            return Ok(State::Length { is_name: true });
        }
        // A name out of the dynamic table is not known here; `h2` passes no pseudo-field of trailers on.
        if std::mem::take(&mut self.no_pseudo) && index <= LAST_PSEUDO {
            return Err(Reason::PROTOCOL_ERROR);
        }
        Ok(self.integer(byte, mask, next))
    }

    /// An integer (§5.1) whose first byte leaves it the bits of `mask`.
    fn integer(&mut self, byte: u8, mask: u8, next: Next) -> State {
        let value = usize::from(byte & mask);
        if byte & mask == mask {
            let count = 0;
            return State::Integer { next, value, count };
        }
        self.after_integer(next, value)
    }

    fn after_integer(&mut self, next: Next, value: usize) -> State {
        match next {
            Next::Field => State::Field,
            Next::Value => State::Length { is_name: false },
            Next::Text { is_name, huffman } => {
                let first_name = is_name && std::mem::take(&mut self.no_pseudo);
                match value {
                    1.. if first_name => State::Colon {
                        huffman,
                        length: value,
                    },
                    _ => after_text(is_name, value),
                }
            }
        }
    }
}

/// What comes once all but `left` bytes of a string have.
fn after_text(is_name: bool, left: usize) -> State {
    match (left, is_name) {
        (0, true) => State::Length { is_name: false },
        (0, false) => State::Field,
        _ => State::Text { is_name, left },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of `block`, in one piece and byte by byte.
    #[track_caller]
    fn checked(block: &[u8], trailers: bool) -> Result<(), Reason> {
        let check = |length: usize| {
            let mut check = BlockCheck::new(trailers);
            block
                .chunks(length)
                .try_for_each(|piece| check.read(piece))?;
            check.end()
        };
        let whole = check(block.len().max(1));
        let dripped = check(1);
        assert_eq!(whole, dripped, "{block:x?}");
        whole
    }

    #[test]
    fn blocks_of_the_rfc_are_whole() {
        // RFC 7541 C.2 to C.4, and a value of 200 bytes.
        let long = [&b"\x00\x01a\x7f\x49"[..], &[b'x'; 200]].concat();
        for block in [
            &b"\x40\x0acustom-key\x0dcustom-header"[..],
            b"\x04\x0c/sample/path",
            b"\x10\x08password\x06secret",
            b"\x82\x86\x84\x41\x0fwww.example.com",
            b"\x82\x86\x84\xbe\x58\x08no-cache",
            b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff",
            b"\x3f\xe1\x1f\x82",
            b"\x20\xff\x80\x01",
            b"",
            &long,
        ] {
            assert_eq!(checked(block, false), Ok(()), "{block:x?}");
        }
    }

    #[test]
    fn what_ends_within_a_field_is_no_block() {
        for block in [
            &b"\x40"[..],
            b"\x40\x01a",
            b"\x04\x0c/short",
            b"\x00\x01a\x7f",
            b"\x80",
            b"\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(
                checked(block, false),
                Err(Reason::COMPRESSION_ERROR),
                "{block:x?}"
            );
        }
    }

    #[test]
    fn trailers_begin_with_no_pseudo_field() {
        for block in [
            &b"\x83"[..],
            b"\x20\x83",
            b"\x44\x01/",
            b"\x04\x01/",
            b"\x00\x07:method\x03GET",
            b"\x00\x85\xb9\x49\x53\x39\xe4\x03GET",
        ] {
            assert_eq!(
                checked(block, true),
                Err(Reason::PROTOCOL_ERROR),
                "{block:x?}"
            );
            assert_eq!(checked(block, false), Ok(()), "{block:x?}");
        }
        for block in [&b"\x00\x05x-sum\x013"[..], b"\x40\x84\xf2\xb6\x0e\x92\x00"] {
            assert_eq!(checked(block, true), Ok(()), "{block:x?}");
        }
    }
}

//! `Transfer-Encoding: chunked` (RFC 9112, section 7.1).

use bytes::{Buf, BytesMut};
use http::HeaderMap;

use super::body_decoder::{Decoded, take};
use super::fields::Fields;
use super::section::Section;
use super::{BodyFault, HeadBounds};

/// As many digits as a `u64` has.
const MOST_DIGITS: u8 = 16;

/// How many bytes of chunk extensions are skipped in one body. Nobody uses them, and nothing else bounds what
/// a sender can make us read without sending anything.
const MOST_EXTENSION_BYTES: usize = 16 * 1024;

/// Takes chunks and trailers off the front of a buffer. Every line ends in CRLF, nothing else does.
#[derive(Clone, Debug, Default)]
pub(super) struct ChunkDecoder {
    state: State,
    /// Of the chunk that is being read: what is still to come of it.
    left: u64,
    extension_bytes: usize,
    trailers: Section,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// In the digits of a size, of which so many were read.
    Size(u8),
    /// In whitespace between a size and the `;` that must follow it.
    Gap,
    Extension,
    /// Before the LF of the line with the size.
    SizeLineFeed,
    Data,
    /// Before the CR after the data.
    DataReturn,
    DataLineFeed,
    Trailers,
}

impl Default for State {
    fn default() -> Self {
        Self::Size(0)
    }
}

impl ChunkDecoder {
    /// The next piece; not to be called after [`Decoded::Trailers`] or [`Decoded::End`].
    pub(super) fn decode(&mut self, buffer: &mut BytesMut) -> Result<Decoded, BodyFault> {
        loop {
            match &mut self.state {
                State::Data => {
                    if buffer.is_empty() {
                        return Ok(Decoded::Incomplete);
                    }
                    let data = take(buffer, &mut self.left);
                    if self.left == 0 {
                        self.state = State::DataReturn;
                    }
                    return Ok(Decoded::Data(data));
                }
                State::Trailers => return take_trailers(&mut self.trailers, buffer),
                _ => self.skip(buffer)?,
            }
            if buffer.is_empty() {
                return Ok(Decoded::Incomplete);
            }
        }
    }

    /// Takes what stands before data or trailers.
    fn skip(&mut self, buffer: &mut BytesMut) -> Result<(), BodyFault> {
        let mut read = 0;
        for &byte in buffer.iter() {
            if matches!(self.state, State::Data | State::Trailers) {
                break;
            }
            self.state = self.step(byte)?;
            read += 1;
        }
        buffer.advance(read);
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<State, BodyFault> {
        Ok(match (self.state, byte) {
            (State::Size(1..), b'\r') => State::SizeLineFeed,
            (State::Size(1..), b' ' | b'\t') => State::Gap,
            (State::Size(1..), b';') => State::Extension,
            (State::Size(digits), _) => {
                let digit = char::from(byte).to_digit(16).ok_or(BodyFault::Chunk)?;
                if digits == MOST_DIGITS {
                    return Err(BodyFault::Chunk);
                }
                self.left = self.left << 4 | u64::from(digit);
                State::Size(digits + 1)
            }
            // Whitespace belongs to an extension. After a bare size some would take it for the end of the
            // number, others for a part of it.
            (State::Gap, b' ' | b'\t') => self.count_extension(State::Gap)?,
            (State::Gap, b';') => State::Extension,
            (State::Extension, b'\r') => State::SizeLineFeed,
            (State::Extension, b'\t' | b' '..=b'~' | 0x80..) => {
                self.count_extension(State::Extension)?
            }
            (State::SizeLineFeed, b'\n') if self.left == 0 => State::Trailers,
            (State::SizeLineFeed, b'\n') => State::Data,
            (State::DataReturn, b'\r') => State::DataLineFeed,
            (State::DataLineFeed, b'\n') => State::Size(0),
            _ => return Err(BodyFault::Chunk),
        })
    }

    fn count_extension(&mut self, state: State) -> Result<State, BodyFault> {
        self.extension_bytes += 1;
        if self.extension_bytes > MOST_EXTENSION_BYTES {
            return Err(BodyFault::Extensions);
        }
        Ok(state)
    }
}

fn take_trailers(section: &mut Section, buffer: &mut BytesMut) -> Result<Decoded, BodyFault> {
    let Some(taken) = section.take(buffer, HeadBounds::DEFAULT, 0)? else {
        return Ok(Decoded::Incomplete);
    };
    if taken.lines().len() == 0 {
        return Ok(Decoded::End);
    }
    let fields = Fields::collect(&taken.bytes, taken.lines(), HeaderMap::new())?;
    Ok(Decoded::Trailers(fields.map))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::{BodyDecoder, BodyLength};

    /// Data, trailers and what is left, of a body that arrives in these pieces.
    type Read = (Vec<u8>, Option<HeaderMap>, Vec<u8>);

    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Option<Read>, BodyFault> {
        let mut decoder = BodyDecoder::new(BodyLength::Chunked);
        let mut buffer = BytesMut::new();
        let (mut data, mut trailers) = (Vec::new(), None);
        for piece in pieces {
            buffer.extend_from_slice(piece);
            while !decoder.is_ended() {
                match decoder.decode(&mut buffer)? {
                    Decoded::Data(piece) => data.extend_from_slice(&piece),
                    Decoded::Trailers(map) => trailers = Some(map),
                    Decoded::End => {}
                    Decoded::Incomplete => break,
                }
            }
        }
        Ok(decoder
            .is_ended()
            .then(|| (data, trailers, buffer.to_vec())))
    }

    #[test]
    fn a_body_in_any_two_pieces_is_the_body_in_one() {
        let text =
            b"5;a=\"b\"\r\nhello\r\n0000A \t;x\r\n0123456789\r\n000\r\nX-Sum: 1\r\nx-b:\r\n\r\nGET";
        let whole = read([&text[..]]).unwrap().unwrap();
        assert_eq!(whole.0, b"hello0123456789");
        let trailers = whole.1.clone().unwrap();
        assert_eq!(
            (&trailers["x-sum"], trailers.len()),
            (&"1".parse().unwrap(), 2)
        );
        assert_eq!(whole.2, b"GET");
        for split in 0..text.len() {
            let (one, two) = text.split_at(split);
            assert_eq!(read([one, two]), Ok(Some(whole.clone())), "{split}");
        }
        assert_eq!(read(text.chunks(1)), Ok(Some(whole)));
    }

    #[test]
    fn everything_has_one_form() {
        use BodyFault::{Chunk, Trailers};
        for (text, fault) in [
            ("\r\n", Chunk),
            (";a\r\n", Chunk),
            (" 5\r\nhello\r\n", Chunk),
            ("5 \r\nhello\r\n", Chunk),
            ("5\nhello\r\n", Chunk),
            ("5\rhello\r\n", Chunk),
            ("5\r\r\nhello\r\n", Chunk),
            ("0x5\r\nhello\r\n", Chunk),
            ("+5\r\nhello\r\n", Chunk),
            ("-5\r\nhello\r\n", Chunk),
            ("5,5\r\nhello\r\n", Chunk),
            ("g\r\n", Chunk),
            ("5;a\nhello\r\n", Chunk),
            ("5;a\0\r\nhello\r\n", Chunk),
            ("5;a\x7f\r\nhello\r\n", Chunk),
            ("5;a=\"\r\"\r\nhello\r\n", Chunk),
            ("5\r\nhello\n0\r\n", Chunk),
            ("5\r\nhello0\r\n", Chunk),
            ("5\r\nhello\rX", Chunk),
            ("5\r\nhello!\r\n", Chunk),
            ("5\r\nhello\r\n\r\n", Chunk),
            ("00000000000000005\r\nhello\r\n", Chunk),
            ("10000000000000000\r\n", Chunk),
            ("0\n\n", Chunk),
            ("0\r\n\n", Trailers),
            ("0\r\na: b\n\r\n", Trailers),
            ("0\r\na: b\n\n", Trailers),
            ("0\r\na : b\r\n\r\n", Trailers),
            ("0\r\n a: b\r\n\r\n", Trailers),
            ("0\r\na: b\r\n c\r\n\r\n", Trailers),
            ("0\r\na: b\0\r\n\r\n", Trailers),
            ("0\r\nGET / HTTP/1.1\r\n\r\n", Trailers),
            ("0\r\n: b\r\n\r\n", Trailers),
        ] {
            assert_eq!(read([text.as_bytes()]), Err(fault), "{text:?}");
            assert_eq!(read(text.as_bytes().chunks(1)), Err(fault), "{text:?}");
        }
    }

    #[test]
    fn a_size_has_up_to_sixteen_digits() {
        let zeros = b"0000000000000001\r\na\r\n0000000000000000\r\n\r\n";
        assert_eq!(read([&zeros[..]]), Ok(Some((b"a".into(), None, vec![]))));
        let mut decoder = ChunkDecoder::default();
        let mut buffer = BytesMut::from("FFFFffffFFFFffff\r\nab");
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("ab".into())));
        assert_eq!(decoder.left, u64::MAX - 2);
    }

    #[test]
    fn extensions_are_bounded_over_all_chunks() {
        let chunk = |length| format!("1;{}\r\na\r\n", "x".repeat(length));
        let half = chunk(MOST_EXTENSION_BYTES / 2);
        assert_eq!(read([half.as_bytes(), half.as_bytes()]), Ok(None));
        let more = chunk(1);
        let result = read([&half, &half, &more].map(String::as_bytes));
        assert_eq!(result, Err(BodyFault::Extensions));
        let spaces = format!("1{}", " ".repeat(MOST_EXTENSION_BYTES + 2));
        assert_eq!(read([spaces.as_bytes()]), Err(BodyFault::Extensions));
    }

    #[test]
    fn trailers_are_bounded() {
        let trailers = |count, length| {
            let lines = format!("a: {}\r\n", "x".repeat(length)).repeat(count);
            read([format!("0\r\n{lines}\r\n").as_bytes()])
        };
        assert_eq!(trailers(100, 0).unwrap().unwrap().1.unwrap().len(), 100);
        assert_eq!(trailers(101, 0), Err(BodyFault::Trailers));
        assert!(trailers(1, 60_000).unwrap().is_some());
        assert_eq!(trailers(1, 65_536), Err(BodyFault::Trailers));
        // Without an end too.
        let endless = format!("0\r\na: {}", "x".repeat(65_536));
        assert_eq!(read([endless.as_bytes()]), Err(BodyFault::Trailers));
    }
}

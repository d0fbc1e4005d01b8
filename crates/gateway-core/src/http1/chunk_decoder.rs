//! `Transfer-Encoding: chunked` (RFC 9112, section 7.1).

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;

use super::body_decoder::{Decoded, take};
use super::fields::Fields;
use super::section::{Section, SectionFault};
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
    Trailers(Section),
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
                State::Trailers(section) => return take_trailers(section, buffer),
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
            if matches!(self.state, State::Data | State::Trailers(_)) {
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
            (State::SizeLineFeed, b'\n') if self.left == 0 => State::Trailers(Section::default()),
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
    if taken.lines == 0 {
        return Ok(Decoded::End);
    }
    Ok(Decoded::Trailers(parse_trailers(
        &taken.bytes,
        taken.lines,
    )?))
}

fn parse_trailers(bytes: &Bytes, lines: usize) -> Result<HeaderMap, SectionFault> {
    let mut slots = vec![httparse::EMPTY_HEADER; lines];
    match httparse::parse_headers(bytes, &mut slots) {
        Ok(httparse::Status::Complete((length, parsed))) if length == bytes.len() => {
            Ok(Fields::collect(bytes, parsed)?.map)
        }
        _ => Err(SectionFault::Malformed),
    }
}

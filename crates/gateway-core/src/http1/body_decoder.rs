//! Taking a body off the front of a buffer.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

use super::chunk_decoder::ChunkDecoder;
use super::{BodyFault, BodyLength};

/// Takes one body off the front of a buffer, and not a byte of what follows it. Data are slices of the
/// buffer.
///
/// ```
/// use bytes::BytesMut;
/// use gateway_core::http1::{BodyDecoder, BodyLength, Decoded};
///
/// let mut decoder = BodyDecoder::new(BodyLength::Chunked);
/// let mut buffer = BytesMut::from("5\r\nhello\r\n0\r\n");
/// assert_eq!(decoder.decode(&mut buffer)?, Decoded::Data("hello".into()));
/// assert_eq!(decoder.decode(&mut buffer)?, Decoded::Incomplete);
/// buffer.extend_from_slice(b"\r\nGET");
/// assert_eq!(decoder.decode(&mut buffer)?, Decoded::End);
/// assert_eq!(buffer, "GET");
/// # Ok::<(), gateway_core::http1::BodyFault>(())
/// ```
#[derive(Clone, Debug)]
pub struct BodyDecoder(State);

#[derive(Clone, Debug)]
enum State {
    Length(u64),
    Chunked(ChunkDecoder),
    UntilClose,
    /// The input has ended; what the buffer still holds belongs to the body.
    Closed,
    Ended,
}

/// What a [`BodyDecoder`] found.
///
/// ```
/// use bytes::BytesMut;
/// use gateway_core::http1::{BodyDecoder, BodyLength, Decoded};
///
/// let mut decoder = BodyDecoder::new(BodyLength::Length(4));
/// let mut buffer = BytesMut::from("ab");
/// assert_eq!(decoder.decode(&mut buffer)?, Decoded::Data("ab".into()));
/// assert_eq!(decoder.decode(&mut buffer)?, Decoded::Incomplete);
/// # Ok::<(), gateway_core::http1::BodyFault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A piece of the body, never empty.
    Data(Bytes),
    /// The trailers, as they came; at most once, at the end. [`End`](Self::End) follows.
    Trailers(HeaderMap),
    /// The body has ended. All further calls say the same.
    End,
    /// More bytes are needed.
    Incomplete,
}

impl BodyDecoder {
    /// Takes a body of this length.
    pub fn new(length: BodyLength) -> Self {
        Self(match length {
            BodyLength::Empty | BodyLength::Length(0) => State::Ended,
            BodyLength::Length(length) => State::Length(length),
            BodyLength::Chunked => State::Chunked(ChunkDecoder::default()),
            BodyLength::UntilClose => State::UntilClose,
        })
    }

    /// The next piece. Call it until it is [`Incomplete`](Decoded::Incomplete) or the [`End`](Decoded::End).
    ///
    /// # Errors
    /// [`BodyFault`] where the bytes are not a body; the connection is of no further use.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Decoded, BodyFault> {
        let decoded = match &mut self.0 {
            State::Ended => Decoded::End,
            State::Closed if buffer.is_empty() => Decoded::End,
            State::Chunked(chunks) => chunks.decode(buffer)?,
            _ if buffer.is_empty() => Decoded::Incomplete,
            State::UntilClose | State::Closed => Decoded::Data(buffer.split().freeze()),
            State::Length(left) => {
                let data = take(buffer, left);
                if *left == 0 {
                    self.0 = State::Ended;
                }
                Decoded::Data(data)
            }
        };
        if matches!(decoded, Decoded::End | Decoded::Trailers(_)) {
            self.0 = State::Ended;
        }
        Ok(decoded)
    }

    /// Says that no more bytes will come. What the buffer holds can still be decoded, so it is called when
    /// [`decode`](Self::decode) is [`Incomplete`](Decoded::Incomplete).
    ///
    /// # Errors
    /// [`BodyFault::CutShort`] unless the body has ended or this is its end.
    pub fn end_of_input(&mut self) -> Result<(), BodyFault> {
        match self.0 {
            State::Ended | State::Closed => Ok(()),
            State::UntilClose => {
                self.0 = State::Closed;
                Ok(())
            }
            State::Length(_) | State::Chunked(_) => Err(BodyFault::CutShort),
        }
    }

    /// Whether the body has ended: [`decode`](Self::decode) has nothing more to say. Known as soon as its
    /// last byte was decoded.
    pub fn is_ended(&self) -> bool {
        matches!(self.0, State::Ended)
    }

    /// How many bytes are still to come, where that is known.
    pub fn remaining(&self) -> Option<u64> {
        match self.0 {
            State::Ended => Some(0),
            State::Length(left) => Some(left),
            State::Chunked(_) | State::UntilClose | State::Closed => None,
        }
    }
}

/// Takes at most `left` bytes and counts them.
pub(super) fn take(buffer: &mut BytesMut, left: &mut u64) -> Bytes {
    let most = usize::try_from(*left).unwrap_or(usize::MAX);
    let data = buffer.split_to(buffer.len().min(most)).freeze();
    *left -= data.len() as u64;
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_a_length() {
        let mut decoder = BodyDecoder::new(BodyLength::Length(5));
        let mut buffer = BytesMut::from("hel");
        assert_eq!(decoder.remaining(), Some(5));
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("hel".into())));
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Incomplete));
        assert_eq!(decoder.end_of_input(), Err(BodyFault::CutShort));
        assert_eq!(decoder.remaining(), Some(2));
        buffer.extend_from_slice(b"loGET");
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("lo".into())));
        assert!(decoder.is_ended());
        for _ in 0..2 {
            assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::End));
        }
        assert_eq!(decoder.end_of_input(), Ok(()));
        assert_eq!(buffer, "GET");
    }

    #[test]
    fn an_empty_body_has_ended_before_it_began() {
        for length in [BodyLength::Empty, BodyLength::Length(0)] {
            let mut decoder = BodyDecoder::new(length);
            assert!(decoder.is_ended());
            let mut buffer = BytesMut::from("GET");
            assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::End));
            assert_eq!(decoder.end_of_input(), Ok(()));
            assert_eq!(buffer, "GET");
        }
    }

    #[test]
    fn the_end_of_the_connection_is_an_end_where_nothing_else_is() {
        let mut decoder = BodyDecoder::new(BodyLength::UntilClose);
        let mut buffer = BytesMut::from("a");
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("a".into())));
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Incomplete));
        buffer.extend_from_slice(b"b");
        assert_eq!(decoder.end_of_input(), Ok(()));
        assert!(!decoder.is_ended());
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("b".into())));
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::End));
        assert!(decoder.is_ended());
    }

    #[test]
    fn a_chunked_body_ends_with_its_last_chunk() {
        let mut decoder = BodyDecoder::new(BodyLength::Chunked);
        let mut buffer = BytesMut::from("1\r\na\r\n0\r\nx-a: b\r\n");
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("a".into())));
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Incomplete));
        assert_eq!(decoder.end_of_input(), Err(BodyFault::CutShort));
        assert_eq!(decoder.remaining(), None);
        buffer.extend_from_slice(b"\r\n\r\nGET");
        let Ok(Decoded::Trailers(trailers)) = decoder.decode(&mut buffer) else {
            unreachable!("there are trailers");
        };
        assert_eq!(trailers["x-a"], "b");
        assert!(decoder.is_ended());
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::End));
        assert_eq!(buffer, "\r\nGET");
    }

    #[test]
    fn the_largest_length_is_counted() {
        let mut decoder = BodyDecoder::new(BodyLength::Length(u64::MAX));
        let mut buffer = BytesMut::from("abc");
        assert_eq!(decoder.decode(&mut buffer), Ok(Decoded::Data("abc".into())));
        assert_eq!(decoder.remaining(), Some(u64::MAX - 3));
    }
}

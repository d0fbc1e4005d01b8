//! Chunks as bytes (RFC 9112, section 7.1).

use std::num::NonZeroUsize;

use bytes::{BufMut, BytesMut};
use http::HeaderMap;

use super::write_head::{usual_size, write_fields};

/// Writes what stands before a chunk of `length` bytes. There is no chunk of 0 bytes, which would end the body.
///
/// ```
/// use std::num::NonZeroUsize;
///
/// use bytes::BytesMut;
/// use gateway_core::http1::{write_chunk_end, write_chunk_head, write_last_chunk};
///
/// let mut out = BytesMut::new();
/// let data = b"abcdefghijklmnopqrstuvwxyz";
/// if let Some(length) = NonZeroUsize::new(data.len()) {
///     write_chunk_head(&mut out, length);
///     out.extend_from_slice(data);
///     write_chunk_end(&mut out);
/// }
/// write_last_chunk(&mut out, None);
/// assert_eq!(out, "1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n");
/// ```
pub fn write_chunk_head(out: &mut BytesMut, length: NonZeroUsize) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let length = length.get();
    let digits = (usize::BITS - length.leading_zeros()).div_ceil(4);
    out.reserve(digits as usize + "\r\n".len());
    for digit in (0..digits).rev() {
        out.put_u8(DIGITS[length >> (4 * digit) & 0xf]);
    }
    out.put_slice(b"\r\n");
}

/// Writes what stands after the bytes of a chunk.
pub fn write_chunk_end(out: &mut BytesMut) {
    out.extend_from_slice(b"\r\n");
}

/// Writes the end of a chunked body, with its trailers.
///
/// ```
/// use bytes::BytesMut;
/// use gateway_core::http1::write_last_chunk;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut trailers = HeaderMap::new();
/// trailers.insert("x-sum", HeaderValue::from_static("7"));
/// let mut out = BytesMut::new();
/// write_last_chunk(&mut out, Some(&trailers));
/// assert_eq!(out, "0\r\nx-sum: 7\r\n\r\n");
/// ```
pub fn write_last_chunk(out: &mut BytesMut, trailers: Option<&HeaderMap>) {
    let Some(trailers) = trailers else {
        out.extend_from_slice(b"0\r\n\r\n");
        return;
    };
    out.reserve("0\r\n".len() + usual_size(trailers));
    out.put_slice(b"0\r\n");
    write_fields(out, trailers);
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::http1::{BodyDecoder, BodyLength, Decoded};

    #[test]
    fn sizes_are_hexadecimal() {
        for length in [1, 9, 15, 16, 255, 256, 4095, 65_536, usize::MAX] {
            let mut out = BytesMut::new();
            write_chunk_head(&mut out, NonZeroUsize::new(length).unwrap());
            assert_eq!(out, format!("{length:x}\r\n"));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut trailers = HeaderMap::new();
        trailers.append("x-a", HeaderValue::from_static("1"));
        trailers.append("x-a", HeaderValue::from_static("2"));
        let lengths = [1_usize, 2, 15, 16, 17, 1000, 4096];
        let mut out = BytesMut::new();
        for length in lengths {
            write_chunk_head(&mut out, NonZeroUsize::new(length).unwrap());
            // What is inside does not matter, even if it looks like framing.
            out.extend_from_slice(&b"0\r\n\r\n".repeat(length)[..length]);
            write_chunk_end(&mut out);
        }
        write_last_chunk(&mut out, Some(&trailers));
        let mut decoder = BodyDecoder::new(BodyLength::Chunked);
        for length in lengths {
            let data = b"0\r\n\r\n".repeat(length)[..length].to_vec();
            assert_eq!(decoder.decode(&mut out), Ok(Decoded::Data(data.into())));
        }
        assert_eq!(decoder.decode(&mut out), Ok(Decoded::Trailers(trailers)));
        assert!(out.is_empty());
    }
}

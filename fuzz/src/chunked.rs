//! Chunked bodies.

use std::num::NonZeroUsize;

use bytes::BytesMut;
use gateway_core::http1::{
    BodyDecoder, BodyFault, BodyLength, Decoded, write_chunk_end, write_chunk_head,
    write_last_chunk,
};
use http::HeaderMap;

/// A chunked body is the same in pieces of any size, and is read again as it was written.
///
/// # Panics
/// Where that is not so.
pub fn chunked(data: &[u8]) {
    let whole = read(data, data.len().max(1));
    for size in [1, 2, 7] {
        assert_eq!(whole, read(data, size), "in pieces of {size}");
    }
    if let (content, Ok(Some(End { trailers, rest }))) = whole {
        assert!(data.ends_with(&rest), "what follows the body was touched");
        let bytes = write(&content, &trailers);
        let again = read(&bytes, bytes.len());
        let rest = Vec::new();
        assert_eq!(again, (content, Ok(Some(End { trailers, rest }))));
    }
}

#[derive(Debug, PartialEq)]
struct End {
    trailers: HeaderMap,
    rest: Vec<u8>,
}

/// The content, and how it ended if it did.
fn read(data: &[u8], size: usize) -> (Vec<u8>, Result<Option<End>, BodyFault>) {
    let mut decoder = BodyDecoder::new(BodyLength::Chunked);
    let mut buffer = BytesMut::new();
    let (mut content, mut trailers) = (Vec::new(), HeaderMap::new());
    for piece in data.chunks(size) {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Decoded::Data(piece)) => {
                    assert!(!piece.is_empty(), "a piece without content");
                    content.extend_from_slice(&piece);
                }
                Ok(Decoded::Trailers(map)) => trailers = map,
                Ok(Decoded::Incomplete) => break,
                Ok(Decoded::End) => {
                    let read = data.len() - buffer.len();
                    // What was not put into the buffer yet follows the body too.
                    let rest = data[read - unread(data, piece)..].to_vec();
                    return (content, Ok(Some(End { trailers, rest })));
                }
                Err(fault) => return (content, Err(fault)),
            }
        }
    }
    assert_eq!(decoder.end_of_input(), Err(BodyFault::CutShort));
    (content, Ok(None))
}

/// How many bytes of `data` come after its part `piece`.
fn unread(data: &[u8], piece: &[u8]) -> usize {
    data.as_ptr_range().end as usize - piece.as_ptr_range().end as usize
}

fn write(content: &[u8], trailers: &HeaderMap) -> BytesMut {
    let mut bytes = BytesMut::new();
    for chunk in content.chunks(17) {
        if let Some(length) = NonZeroUsize::new(chunk.len()) {
            write_chunk_head(&mut bytes, length);
            bytes.extend_from_slice(chunk);
            write_chunk_end(&mut bytes);
        }
    }
    write_last_chunk(&mut bytes, Some(trailers));
    bytes
}

//! Messages of gRPC in a stream of bytes: a flag, a length, the message.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use prost::Message;

/// The largest message that is taken: thousands of endpoints.
const LARGEST: usize = 16 * 1024 * 1024;
/// A flag and four bytes of length.
const PREFIX: usize = 5;

/// `message` as it is sent.
pub(super) fn framed(message: &impl Message) -> Bytes {
    let length = message.encoded_len();
    let mut bytes = BytesMut::with_capacity(PREFIX + length);
    bytes.put_u8(0);
    // What is sent from here is small.
    bytes.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    bytes.extend_from_slice(&message.encode_to_vec());
    bytes.freeze()
}

/// Finds messages in a stream of bytes.
#[derive(Debug, Default)]
pub(super) struct Unframer(BytesMut);

impl Unframer {
    /// These bytes came next.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next message, once it is whole.
    pub(super) fn pop<M: Message + Default>(&mut self) -> Result<Option<M>, &'static str> {
        let Some((prefix, rest)) = self.0.split_at_checked(PREFIX) else {
            return Ok(None);
        };
        let mut prefix = prefix;
        if prefix.get_u8() != 0 {
            return Err("a message is compressed, which nobody asked for");
        }
        let length = prefix.get_u32() as usize;
        if length > LARGEST {
            return Err("a message is larger than 16 MiB");
        }
        if rest.len() < length {
            return Ok(None);
        }
        self.0.advance(PREFIX);
        let message = self.0.split_to(length);
        M::decode(message)
            .map(Some)
            .map_err(|_| "a message is malformed")
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::AuthenticateResponse;
    use super::*;

    fn message(token: &str) -> AuthenticateResponse {
        AuthenticateResponse {
            token: token.to_owned(),
        }
    }

    #[test]
    fn messages_are_found_in_pieces_of_any_size() {
        let bytes = [
            framed(&message("one")),
            framed(&message("")),
            framed(&message("three")),
        ]
        .concat();
        for size in 1..bytes.len() {
            let mut unframer = Unframer::default();
            let mut found = Vec::new();
            for piece in bytes.chunks(size) {
                unframer.push(piece);
                while let Some(message) = unframer.pop::<AuthenticateResponse>().unwrap() {
                    found.push(message.token);
                }
            }
            assert_eq!(found, ["one", "", "three"], "{size}");
        }
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for bytes in [&b"\x01\0\0\0\0"[..], b"\0\xff\0\0\0", b"\0\0\0\0\x01\xff"] {
            let mut unframer = Unframer::default();
            unframer.push(bytes);
            assert!(unframer.pop::<AuthenticateResponse>().is_err(), "{bytes:?}");
        }
    }
}

//! The messages of `grpc.health.v1.Health/Check`, which are so small that no generator is needed.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::Fault;

/// The method that is called.
pub(super) const PATH: &str = "/grpc.health.v1.Health/Check";

/// `SERVING` of `grpc.health.v1.HealthCheckResponse.ServingStatus`.
const SERVING: u64 = 1;

/// How long the head of a message is: a flag for compression, and the length.
const HEAD: usize = 5;

/// The request for `service`, of at most 64 KiB: `HealthCheckRequest { service = 1 }`, with the head of a gRPC message.
pub(super) fn request(service: &str) -> Bytes {
    let mut message = BytesMut::new();
    if !service.is_empty() {
        // Field 1, length-delimited.
        message.put_u8(0x0a);
        put_varint(&mut message, service.len() as u64);
        message.put_slice(service.as_bytes());
    }
    let mut out = BytesMut::with_capacity(HEAD + message.len());
    out.put_u8(0);
    out.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    out.unsplit(message);
    out.freeze()
}

/// What the response `body` says: `HealthCheckResponse { status = 1 }`, with the head of a gRPC message.
pub(super) fn verdict(body: &[u8]) -> Result<(), Fault> {
    let malformed = || Fault::Malformed("this is no gRPC message about health".to_owned());
    let (head, rest) = body.split_at_checked(HEAD).ok_or_else(malformed)?;
    let [0, a, b, c, d] = *head else {
        return Err(malformed());
    };
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).map_err(|_| malformed())?;
    let message = rest.get(..length).ok_or_else(malformed)?;
    match status(message).ok_or_else(malformed)? {
        SERVING => Ok(()),
        other => Err(Fault::NotServing(other)),
    }
}

/// The field 1 of `message`, 0 where it is left out; `None` where the message is not well-formed.
fn status(mut message: &[u8]) -> Option<u64> {
    let mut status = 0;
    while !message.is_empty() {
        let tag = take_varint(&mut message)?;
        match (tag >> 3, tag & 7) {
            (1, 0) => status = take_varint(&mut message)?,
            (1.., 0) => {
                take_varint(&mut message)?;
            }
            (1.., 1) => message = message.get(8..)?,
            (1.., 2) => {
                let length = usize::try_from(take_varint(&mut message)?).ok()?;
                message = message.get(length..)?;
            }
            (1.., 5) => message = message.get(4..)?,
            _ => return None,
        }
    }
    Some(status)
}

fn put_varint(out: &mut BytesMut, mut number: u64) {
    while number >= 0x80 {
        out.put_u8((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.put_u8((number & 0x7f) as u8);
}

/// Takes a number of at most ten bytes.
fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..70).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f).checked_shl(shift)?;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_what_protoc_would_write() {
        assert_eq!(request(""), Bytes::from_static(&[0, 0, 0, 0, 0]));
        assert_eq!(
            request("a.B"),
            Bytes::from_static(b"\0\0\0\0\x05\x0a\x03a.B")
        );
        let long = request(&"x".repeat(200));
        assert_eq!(long[..8], [0, 0, 0, 0, 203, 0x0a, 0xc8, 1]);
    }

    #[test]
    fn only_serving_is_well() {
        assert_eq!(verdict(b"\0\0\0\0\x02\x08\x01"), Ok(()));
        // Unknown fields of every kind before it.
        let message = b"\0\0\0\0\x16\x10\x05\x19\0\0\0\0\0\0\0\0\x22\x02hi\x2d\0\0\0\0\x08\x01";
        assert_eq!(verdict(message), Ok(()));
        assert_eq!(verdict(b"\0\0\0\0\0"), Err(Fault::NotServing(0)));
        assert_eq!(verdict(b"\0\0\0\0\x02\x08\x02"), Err(Fault::NotServing(2)));
        let shown = verdict(b"\0\0\0\0\x02\x08\x02").unwrap_err().to_string();
        assert_eq!(shown, "its gRPC health is NOT_SERVING and not SERVING");
    }

    #[test]
    fn what_is_no_message_is_malformed() {
        for body in [
            &b""[..],
            b"\0\0\0\0",
            b"\x01\0\0\0\x02\x08\x01",
            b"\0\0\0\0\x03\x08\x01",
            b"\0\0\0\0\x01\x08",
            b"\0\0\0\0\x02\x08\xff",
            b"\0\0\0\0\x02\x22\x7f",
            b"\0\0\0\0\x01\x0b",
            b"\0\0\0\0\x0c\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\0\xff\xff\xff\xff\x08\x01",
        ] {
            assert!(
                matches!(verdict(body), Err(Fault::Malformed(_))),
                "{body:?}"
            );
        }
    }
}

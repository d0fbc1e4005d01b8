//! Heads of responses.

use bytes::BytesMut;
use gateway_core::http1::{BodyLength, HeadReader, ResponseFault, ResponseHead, write_response};
use http::Method;

use crate::strict_lines::assert_strict;

/// The head of a response is the same in one piece and byte by byte, its body has one length, and it is read
/// again as it was written for a client.
///
/// # Panics
/// Where that is not so.
pub fn response_head(data: &[u8]) {
    for method in [Method::GET, Method::HEAD] {
        let (whole, rest) = read(data.chunks(data.len().max(1)), &method);
        let (dripped, _) = read(data.chunks(1), &method);
        assert_eq!(
            format!("{whole:?}"),
            format!("{dripped:?}"),
            "the pieces matter"
        );
        let Ok(Some(head)) = whole else {
            continue;
        };
        let Some(bytes) = data.strip_suffix(&rest[..]) else {
            panic!("what follows the head was touched");
        };
        assert_strict(bytes, head.headers.len());
        assert_is_framed(&head, &method);
        let mut bytes = BytesMut::new();
        write_response(&mut bytes, head.status, &head.headers);
        let Ok(Some(again)) = HeadReader::default().read_response(&mut bytes, &method) else {
            panic!("what was written is not read again: {head:?}");
        };
        assert!(bytes.is_empty(), "more was written than a head");
        assert_eq!((head.status, head.headers), (again.status, again.headers));
        assert_eq!(head.body, again.body);
    }
}

type Read = Result<Option<ResponseHead>, ResponseFault>;

/// Reads until there is a head or a fault; what follows the head comes with it.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, method: &Method) -> (Read, BytesMut) {
    let mut reader = HeadReader::default();
    let mut buffer = BytesMut::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        match reader.read_response(&mut buffer, method) {
            Ok(None) => {}
            done => return (done, buffer),
        }
    }
    (Ok(None), buffer)
}

fn assert_is_framed(head: &ResponseHead, method: &Method) {
    let lengths = head.headers.get_all("content-length").iter().count();
    let codings = head.headers.get_all("transfer-encoding").iter().count();
    assert!(lengths + codings <= 1, "the length is in doubt");
    match head.body {
        BodyLength::UntilClose => assert!(!head.keeps_alive && lengths + codings == 0),
        BodyLength::Length(_) => assert_eq!(lengths, 1),
        BodyLength::Chunked => assert_eq!(codings, 1),
        BodyLength::Empty => {
            let status = head.status.as_u16();
            assert!(*method == Method::HEAD || matches!(status, 100..=199 | 204 | 304));
        }
    }
}

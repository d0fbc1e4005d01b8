//! Heads of requests.

use bytes::BytesMut;
use gateway_core::head::{HeadPolicy, check_request};
use gateway_core::http1::{HeadReader, RequestFault, RequestHead, write_request};
use http::Request;
use http::request::Parts;

use crate::strict_lines::assert_strict;

/// The head of a request is the same in one piece and byte by byte, and what passes the checks is read again
/// as it was written for an upstream, and passes them again.
///
/// # Panics
/// Where that is not so.
pub fn head(data: &[u8]) {
    let (whole, rest) = read(data.chunks(data.len().max(1)));
    let (dripped, _) = read(data.chunks(1));
    assert_eq!(outline(&whole), outline(&dripped), "the pieces matter");
    let Ok(Some(head)) = whole else {
        return;
    };
    let Some(bytes) = data.strip_suffix(&rest[..]) else {
        panic!("what follows the head was touched");
    };
    assert_strict(bytes, head.headers.len());
    let mut parts = parts(head);
    if check_request(&mut parts, &HeadPolicy::default()).is_err() {
        return;
    }
    let mut bytes = BytesMut::new();
    write_request(&mut bytes, &parts.method, &parts.uri, &parts.headers);
    let (Ok(Some(again)), rest) = read([&bytes[..]]) else {
        panic!("what was written is not read again: {bytes:?}");
    };
    assert!(rest.is_empty(), "more was written than a head: {bytes:?}");
    let mut again = self::parts(again);
    assert_same(&parts, &again);
    let checked = check_request(&mut again, &HeadPolicy::default());
    // A client of HTTP/1.0 need not name a host.
    assert!(
        checked.is_ok() || !parts.headers.contains_key("host"),
        "{bytes:?}: {checked:?}"
    );
    assert_same(&parts, &again);
}

type Read = Result<Option<RequestHead>, RequestFault>;

/// Reads until there is a head or a fault; what follows the head comes with it.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Read, BytesMut) {
    let mut reader = HeadReader::default();
    let mut buffer = BytesMut::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        match reader.read_request(&mut buffer) {
            Ok(None) => {}
            done => return (done, buffer),
        }
    }
    (Ok(None), buffer)
}

/// What two reads must agree about.
fn outline(read: &Read) -> String {
    format!("{read:?}")
}

fn parts(head: RequestHead) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = head.method;
    parts.uri = head.uri;
    parts.version = head.version;
    parts.headers = head.headers;
    parts
}

fn assert_same(one: &Parts, two: &Parts) {
    assert_eq!(one.method, two.method);
    assert_eq!(one.uri, two.uri);
    assert_eq!(one.headers, two.headers);
}

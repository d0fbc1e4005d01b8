//! One exchange over HTTP/2, frame by frame.

use gateway_testkit::raw_http2::{Frame, RawHttp2, flag, hpack, kind};

/// What came back on a stream.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// The status of each head, the interim ones among them.
    pub(crate) statuses: Vec<u16>,
    /// What came in DATA frames.
    pub(crate) body: Vec<u8>,
    /// Whether trailers came.
    pub(crate) has_trailers: bool,
    /// The error code, if the stream was reset.
    pub(crate) reset: Option<u32>,
    /// Whether it came to its end as a whole.
    pub(crate) is_whole: bool,
}

/// The block of a request with these fields behind the pseudo-fields.
pub(crate) fn block(method: &str, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = hpack::request(method, path);
    for (name, value) in fields {
        block.extend(hpack::literal(name, value));
    }
    block
}

/// Reads `stream` to its end, or to that of the connection.
pub(crate) async fn read(client: &mut RawHttp2, stream: u32) -> Stream {
    let mut seen = Stream::default();
    while let Some(frame) = client.read_frame().await.unwrap() {
        if frame.stream != stream {
            continue;
        }
        note(&mut seen, &frame);
        if frame.ends_stream() {
            seen.is_whole = frame.kind != kind::RST_STREAM;
            break;
        }
    }
    seen
}

fn note(seen: &mut Stream, frame: &Frame) {
    match frame.kind {
        kind::HEADERS if seen.statuses.last().is_some_and(|last| *last >= 200) => {
            seen.has_trailers = frame.flags & flag::END_STREAM != 0;
        }
        kind::HEADERS => seen.statuses.extend(frame.status()),
        kind::DATA => seen.body.extend_from_slice(&frame.payload),
        kind::RST_STREAM => seen.reset = frame.code(),
        _ => {}
    }
}

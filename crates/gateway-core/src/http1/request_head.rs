//! The head of a request.

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, Version};

use super::fields::{Fields, Slot, with_slots};
use super::section::Taken;
use super::{BodyLength, RequestFault, body_length, persistence};
use crate::head::HeadError;

/// What [`Uri`] can hold.
const LONGEST_TARGET: usize = u16::MAX as usize - 1;

/// The head of a request, with its framing fields checked. Everything else about it is for
/// [`check_request`](crate::head::check_request) to say.
///
/// ```
/// use gateway_core::http1::{BodyLength, HeadReader};
/// use http::{Method, Version};
///
/// let mut bytes = "GET /a?b HTTP/1.1\r\nhost: example\r\nconnection: close\r\n\r\n".into();
/// let head = HeadReader::default().read_request(&mut bytes)?.ok_or("incomplete")?;
/// assert_eq!((head.method, head.version), (Method::GET, Version::HTTP_11));
/// assert_eq!(head.uri, "/a?b");
/// assert_eq!(head.body, BodyLength::Empty);
/// assert!(!head.keeps_alive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// Any token; which of them are served is decided by [`Methods`](crate::head::Methods).
    pub method: Method,
    /// The target in the form that it came in.
    pub uri: Uri,
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// All fields, hop-by-hop ones too.
    pub headers: HeaderMap,
    /// What follows the head.
    pub body: BodyLength,
    /// Whether the client wants the connection to stay open.
    pub keeps_alive: bool,
}

impl RequestHead {
    pub(super) fn parse(taken: &Taken) -> Result<Self, RequestFault> {
        let head = &taken.bytes;
        with_slots(taken.lines, |slots| parse(head, slots))
    }
}

fn parse<'a>(head: &'a Bytes, slots: &mut [Slot<'a>]) -> Result<RequestHead, RequestFault> {
    let mut request = httparse::Request::new(&mut []);
    match request.parse_with_uninit_headers(head, slots) {
        // Both of us see the same end, or it is in doubt.
        Ok(httparse::Status::Complete(length)) if length == head.len() => {}
        Ok(_) => return Err(RequestFault::Malformed),
        Err(error) => return Err(fault(error, head)),
    }
    let (Some(method), Some(target), Some(minor)) = (request.method, request.path, request.version)
    else {
        return Err(RequestFault::Malformed);
    };
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| RequestFault::Malformed)?;
    let uri = parse_target(head, target)?;
    let version = if minor == 0 {
        Version::HTTP_10
    } else {
        Version::HTTP_11
    };
    let fields = Fields::collect(head, request.headers)?;
    let body = if fields.has_framing {
        body_length::declared(version, &fields.map)?
    } else {
        None
    };
    let keeps_alive = if fields.has_connection {
        persistence::keeps_alive(version, &fields.map)
    } else {
        persistence::is_default(version)
    };
    Ok(RequestHead {
        method,
        uri,
        version,
        headers: fields.map,
        body: body.unwrap_or(BodyLength::Empty),
        keeps_alive,
    })
}

fn parse_target(head: &Bytes, target: &str) -> Result<Uri, RequestFault> {
    // `Uri` would drop the fragment in silence; a cache or a log before us may have kept it.
    if memchr::memchr(b'#', target.as_bytes()).is_some() {
        return Err(HeadError::TargetForm.into());
    }
    if target.len() > LONGEST_TARGET {
        return Err(HeadError::TargetTooLong.into());
    }
    Uri::from_maybe_shared(head.slice_ref(target.as_bytes())).map_err(|_| RequestFault::Malformed)
}

/// What the parser's error means to the client.
fn fault(error: httparse::Error, head: &[u8]) -> RequestFault {
    match error {
        httparse::Error::TooManyHeaders => HeadError::TooManyFields.into(),
        httparse::Error::Version if names_other_version(head) => RequestFault::Version,
        _ => RequestFault::Malformed,
    }
}

/// Whether the first line ends in a version of HTTP that is well written but not ours.
fn names_other_version(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\r').next();
    let last_word = line.and_then(|line| line.rsplit(|&byte| byte == b' ').next());
    match last_word {
        Some(b"HTTP/1.0" | b"HTTP/1.1") => false,
        Some([b'H', b'T', b'T', b'P', b'/', major, b'.', minor]) => {
            major.is_ascii_digit() && minor.is_ascii_digit()
        }
        _ => false,
    }
}

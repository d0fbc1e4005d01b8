//! The head of a response.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version};

use super::fields::{Fields, Slot, with_slots};
use super::section::Taken;
use super::{BodyLength, ResponseFault, body_length, persistence};

/// The head of a response, with its framing fields checked.
///
/// ```
/// use gateway_core::http1::{BodyLength, HeadReader};
/// use http::Method;
///
/// let mut bytes = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n".into();
/// let head = HeadReader::default().read_response(&mut bytes, &Method::HEAD)?.ok_or("incomplete")?;
/// assert_eq!(head.status, 200);
/// // The answer to HEAD tells a length that it does not have.
/// assert_eq!(head.body, BodyLength::Empty);
/// assert!(head.keeps_alive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// 100 to 999. After an interim one (1xx other than 101) another head follows.
    pub status: StatusCode,
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// All fields, hop-by-hop ones too.
    pub headers: HeaderMap,
    /// What follows the head. After a `101` it is empty; the bytes behind it belong to the new protocol.
    pub body: BodyLength,
    /// Whether the connection can carry another request once the body has ended. Never where the end of the
    /// connection is the end of the body.
    pub keeps_alive: bool,
}

impl ResponseHead {
    pub(super) fn parse(taken: &Taken, method: &Method) -> Result<Self, ResponseFault> {
        let head = &taken.bytes;
        with_slots(taken.lines, |slots| parse(head, slots, method))
    }
}

fn parse<'a>(
    head: &'a Bytes,
    slots: &mut [Slot<'a>],
    method: &Method,
) -> Result<ResponseHead, ResponseFault> {
    // The parser skips empty lines, which nobody may send before a response.
    if !head.starts_with(b"HTTP/") {
        return Err(ResponseFault::Malformed);
    }
    let mut response = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    match parser.parse_response_with_uninit_headers(&mut response, head, slots) {
        // Both of us see the same end, or it is in doubt.
        Ok(httparse::Status::Complete(length)) if length == head.len() => {}
        Err(httparse::Error::Version) => return Err(ResponseFault::Version),
        Err(httparse::Error::TooManyHeaders) => return Err(ResponseFault::TooManyFields),
        Ok(_) | Err(_) => return Err(ResponseFault::Malformed),
    }
    let (Some(code), Some(minor)) = (response.code, response.version) else {
        return Err(ResponseFault::Malformed);
    };
    let status = StatusCode::from_u16(code).map_err(|_| ResponseFault::Malformed)?;
    let version = if minor == 0 {
        Version::HTTP_10
    } else {
        Version::HTTP_11
    };
    let fields = Fields::collect(head, response.headers)?;
    let declared = if fields.has_framing {
        body_length::declared(version, &fields.map)?
    } else {
        None
    };
    let body = if is_bodiless(status, method) {
        BodyLength::Empty
    } else {
        declared.unwrap_or(BodyLength::UntilClose)
    };
    let wants_more = if fields.has_connection {
        persistence::keeps_alive(version, &fields.map)
    } else {
        persistence::is_default(version)
    };
    Ok(ResponseHead {
        status,
        version,
        headers: fields.map,
        body,
        keeps_alive: wants_more && body != BodyLength::UntilClose && is_over(status, declared),
    })
}

/// Whether a response has no body whatever its fields say (RFC 9112, section 6.3).
fn is_bodiless(status: StatusCode, method: &Method) -> bool {
    status.is_informational()
        || status == StatusCode::NO_CONTENT
        || status == StatusCode::NOT_MODIFIED
        || *method == Method::HEAD
        || (*method == Method::CONNECT && status.is_success())
}

/// Whether HTTP goes on after the response, and where it says. A `204` that declares content may send it too,
/// and the next response would begin with it.
fn is_over(status: StatusCode, declared: Option<BodyLength>) -> bool {
    match status {
        StatusCode::SWITCHING_PROTOCOLS => false,
        StatusCode::NO_CONTENT => matches!(declared, None | Some(BodyLength::Length(0))),
        _ => true,
    }
}

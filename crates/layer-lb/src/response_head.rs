//! What the head of a response must be before it is passed on.

use gateway_core::head::{HeadError, framing, hop_by_hop};
use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http::{HeaderMap, StatusCode, Version};

/// Why a response is not passed on. Whoever reads it after us could take its length for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MalformedHead {
    #[error("the length of the response is in doubt")]
    Framing(#[from] HeadError),
    #[error("the response switches protocols, which was not asked for")]
    SwitchingProtocols,
}

/// Checks a response and strips what concerns the connection to the endpoint alone, its version among it.
///
/// For HTTP/2; over HTTP/1.1 the head is checked as it is read.
pub(crate) fn admit(head: &mut Parts) -> Result<(), MalformedHead> {
    check(head.status, &head.headers)?;
    strip(head);
    Ok(())
}

/// Strips what concerns the connection to the endpoint alone, its version among it.
pub(crate) fn strip(head: &mut Parts) {
    hop_by_hop::strip(&mut head.headers);
    // Whoever answers the client by it would take it for what the client speaks. Of HTTP/1.0 that means that
    // the end of the connection is the end of the body: one that was cut short would look whole.
    head.version = Version::HTTP_11;
    // It has no content, and that of another response has no place here either (RFC 9110, section 8.6).
    if head.status == StatusCode::NO_CONTENT {
        head.headers.remove(CONTENT_LENGTH);
    }
}

fn check(status: StatusCode, headers: &HeaderMap) -> Result<(), MalformedHead> {
    if status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(MalformedHead::SwitchingProtocols);
    }
    Ok(framing::check(headers)?)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let lines = lines.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn ambiguous_framing_is_refused() {
        let both = headers(&[("content-length", "5"), ("transfer-encoding", "chunked")]);
        assert_eq!(
            check(StatusCode::OK, &both),
            Err(MalformedHead::Framing(HeadError::FramingConflict))
        );
        let one = headers(&[("content-length", "5")]);
        assert_eq!(check(StatusCode::OK, &one), Ok(()));
    }

    #[test]
    fn switching_protocols_was_not_asked_for() {
        let result = check(StatusCode::SWITCHING_PROTOCOLS, &HeaderMap::new());
        assert_eq!(result, Err(MalformedHead::SwitchingProtocols));
    }

    #[test]
    fn a_response_is_one_of_ours() {
        for (status, kept) in [(200, true), (204, false), (205, true), (304, true)] {
            let response = http::Response::builder()
                .version(Version::HTTP_10)
                .status(status)
                .header(CONTENT_LENGTH, "0");
            let mut head = response.body(()).unwrap().into_parts().0;
            admit(&mut head).unwrap();
            assert_eq!(head.version, Version::HTTP_11);
            assert_eq!(head.headers.contains_key(CONTENT_LENGTH), kept, "{status}");
        }
    }
}

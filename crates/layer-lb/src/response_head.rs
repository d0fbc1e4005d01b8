//! What the head of a response must be before it is passed on.

use gateway_core::head::{HeadError, framing, hop_by_hop};
use http::header::{CONNECTION, CONTENT_LENGTH};
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
/// The client below refuses what it cannot parse, several lengths that differ, and Transfer-Encoding in
/// HTTP/1.0. It lets pass: Content-Length beside Transfer-Encoding, equal lengths in several lines, and any
/// coding before or without `chunked`.
pub(crate) fn admit(head: &mut Parts) -> Result<(), MalformedHead> {
    check(head.status, &head.headers)?;
    hop_by_hop::strip(&mut head.headers);
    // Whoever answers the client by it would take it for what the client speaks. Of HTTP/1.0 that means that
    // the end of the connection is the end of the body: one that was cut short would look whole.
    head.version = Version::HTTP_11;
    // It has no content, and that of another response has no place here either (RFC 9110, section 8.6).
    if head.status == StatusCode::NO_CONTENT {
        head.headers.remove(CONTENT_LENGTH);
    }
    Ok(())
}

/// Whether the endpoint closes the connection after the response.
pub(crate) fn closes(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
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

    #[test]
    fn close_is_found_among_other_options() {
        assert!(closes(&headers(&[("connection", "x, Close")])));
        assert!(closes(&headers(&[
            ("connection", "keep-alive"),
            ("connection", "close")
        ])));
        assert!(!closes(&headers(&[("connection", "keep-alive, x-close")])));
        assert!(!closes(&HeaderMap::new()));
    }
}

//! Where a message ends, and what it may expect before it is sent.
//!
//! A request or response of HTTP/1 was checked when [`http1`](crate::http1) read it, which shows every line
//! that was on the wire. Heads of HTTP/2 are checked here for the first time: its server refuses
//! connection fields and a `Content-Length` that the body contradicts; repeated lines it lets pass.

use http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::HeadError;

/// Checks the framing fields of a request or a response.
///
/// # Errors
/// [`HeadError::FramingConflict`], [`HeadError::ContentLengthRepeated`],
/// [`HeadError::ContentLengthInvalid`] or [`HeadError::TransferEncoding`].
pub fn check(headers: &HeaderMap) -> Result<(), HeadError> {
    let mut lines = FramingLines::default();
    for (name, value) in headers {
        lines.add(name, value);
    }
    lines.declare().map(drop)
}

/// What the framing fields of a message say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// There are none.
    Nothing,
    /// `Content-Length`.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// The framing fields of a message, as they come along.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FramingLines {
    lengths: usize,
    codings: usize,
    length: Option<u64>,
    is_chunked: bool,
}

impl FramingLines {
    /// One more line.
    pub(crate) fn add(&mut self, name: &HeaderName, value: &HeaderValue) {
        if *name == CONTENT_LENGTH {
            self.lengths += 1;
            self.length = length(value);
        } else if *name == TRANSFER_ENCODING {
            self.codings += 1;
            self.is_chunked = value.as_bytes().eq_ignore_ascii_case(b"chunked");
        }
    }

    /// What all of them say, if it is one thing.
    pub(crate) fn declare(self) -> Result<Declared, HeadError> {
        match (self.lengths, self.codings) {
            (0, 0) => Ok(Declared::Nothing),
            (1, 0) => {
                let length = self.length.ok_or(HeadError::ContentLengthInvalid)?;
                Ok(Declared::Length(length))
            }
            (_, 0) => Err(HeadError::ContentLengthRepeated),
            (0, 1) if self.is_chunked => Ok(Declared::Chunked),
            (0, _) => Err(HeadError::TransferEncoding),
            _ => Err(HeadError::FramingConflict),
        }
    }
}

/// Checks that a request expects nothing but `100-continue`.
///
/// # Errors
/// [`HeadError::Expectation`] (417).
pub fn check_expect(headers: &HeaderMap) -> Result<(), HeadError> {
    let mut lines = headers.get_all(EXPECT).iter();
    if lines.all(|line| line.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        Ok(())
    } else {
        Err(HeadError::Expectation)
    }
}

/// Whether a response with `status` has no body, whatever its fields say (RFC 9112, section 6.3; RFC 9110,
/// section 15 for HTTP/2). One to HEAD has none either.
pub fn is_bodiless(status: StatusCode) -> bool {
    status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// The number in a `Content-Length`: up to 19 digits and nothing else (RFC 9110, section 8.6).
pub fn length(line: &HeaderValue) -> Option<u64> {
    let digits = line.as_bytes();
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let number = |sum: u64, digit: &u8| match digit {
        b'0'..=b'9' => Some(sum * 10 + u64::from(digit - b'0')),
        _ => None,
    };
    // 19 digits do not overflow.
    digits.iter().try_fold(0, number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::testing::headers;

    #[test]
    fn one_length_or_one_chunked_is_right() {
        const CL: &str = "content-length";
        const TE: &str = "transfer-encoding";
        use HeadError as E;
        for (lines, result) in [
            (&[][..], Ok(())),
            (&[(CL, "0")], Ok(())),
            (&[(CL, "0123")], Ok(())),
            (&[(TE, "chunked")], Ok(())),
            (&[(TE, "Chunked")], Ok(())),
            (&[(CL, "1"), (TE, "chunked")], Err(E::FramingConflict)),
            (&[(TE, "chunked"), (CL, "1")], Err(E::FramingConflict)),
            (&[(CL, "1"), (CL, "1")], Err(E::ContentLengthRepeated)),
            (&[(CL, "1"), (CL, "2")], Err(E::ContentLengthRepeated)),
            (&[(CL, "1, 1")], Err(E::ContentLengthInvalid)),
            (&[(CL, "+1")], Err(E::ContentLengthInvalid)),
            (&[(CL, "-1")], Err(E::ContentLengthInvalid)),
            (&[(CL, "0x1")], Err(E::ContentLengthInvalid)),
            (&[(CL, "")], Err(E::ContentLengthInvalid)),
            (
                &[(CL, "99999999999999999999")],
                Err(E::ContentLengthInvalid),
            ),
            (&[(TE, "gzip, chunked")], Err(E::TransferEncoding)),
            (
                &[(TE, "chunked"), (TE, "chunked")],
                Err(E::TransferEncoding),
            ),
            (&[(TE, "identity")], Err(E::TransferEncoding)),
            (&[(TE, "chunked, chunked")], Err(E::TransferEncoding)),
            (&[(TE, "xchunked")], Err(E::TransferEncoding)),
            (&[(TE, "")], Err(E::TransferEncoding)),
        ] {
            assert_eq!(check(&headers(lines)), result, "{lines:?}");
        }
    }

    #[test]
    fn only_100_continue_is_expected() {
        assert_eq!(check_expect(&headers(&[])), Ok(()));
        assert_eq!(
            check_expect(&headers(&[("expect", "100-Continue")])),
            Ok(())
        );
        for lines in [
            &[("expect", "200-ok")][..],
            &[("expect", "")],
            &[("expect", "100-continue, x")],
            &[("expect", "100-continue"), ("expect", "x")],
        ] {
            assert_eq!(check_expect(&headers(lines)), Err(HeadError::Expectation));
        }
    }
}

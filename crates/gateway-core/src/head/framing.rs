//! Where a message ends: what a parsed head can still be checked for.
//!
//! hyper 1.12's HTTP/1 server does this itself, before anybody sees the head:
//!
//! | on the wire | what hyper does |
//! |---|---|
//! | two `Content-Length` that differ; a list, a sign, other non-digits in it | 400, close |
//! | two equal `Content-Length` lines | **hides the second** |
//! | `Content-Length` beside a chunked `Transfer-Encoding`, either first | **hides the `Content-Length`**, reads chunked, closes after the response (RFC 9112, section 6.1) |
//! | `Transfer-Encoding` in HTTP/1.0; one whose last line does not end in `chunked` | 400, close |
//! | `gzip, chunked`; two lines of `chunked` | lets it pass; refused here |
//! | any `Expect` other than `100-continue` | lets it pass; refused here |
//!
//! The two hidden cases cannot be refused on a parsed head; their reading is unambiguous on our side and
//! what goes upstream is framed anew. The HTTP/2 server refuses connection fields, `Transfer-Encoding` and a
//! `Content-Length` that the body contradicts.

use http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue};

use super::HeadError;

/// Checks the framing fields of a request or a response.
///
/// # Errors
/// [`HeadError::FramingConflict`], [`HeadError::ContentLengthRepeated`],
/// [`HeadError::ContentLengthInvalid`] or [`HeadError::TransferEncoding`].
pub fn check(headers: &HeaderMap) -> Result<(), HeadError> {
    let length = headers.get(CONTENT_LENGTH);
    let encoding = headers.get(TRANSFER_ENCODING);
    match (length, encoding) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => Err(HeadError::FramingConflict),
        (Some(length), None) => {
            if headers.get_all(CONTENT_LENGTH).iter().nth(1).is_some() {
                Err(HeadError::ContentLengthRepeated)
            } else if is_number(length) {
                Ok(())
            } else {
                Err(HeadError::ContentLengthInvalid)
            }
        }
        (None, Some(encoding)) => {
            let is_single = headers.get_all(TRANSFER_ENCODING).iter().nth(1).is_none();
            if is_single && encoding.as_bytes().eq_ignore_ascii_case(b"chunked") {
                Ok(())
            } else {
                Err(HeadError::TransferEncoding)
            }
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

fn is_number(length: &HeaderValue) -> bool {
    let digits = length.as_bytes();
    !digits.is_empty() && digits.len() <= 19 && digits.iter().all(u8::is_ascii_digit)
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

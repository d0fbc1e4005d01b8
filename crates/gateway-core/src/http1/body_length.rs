//! How it is known where a body ends (RFC 9112, section 6.3).

use http::Version;

use crate::head::HeadError;
use crate::head::framing::{Declared, FramingLines};

/// How it is known where a body ends.
///
/// ```
/// use gateway_core::http1::{BodyLength, HeadReader};
///
/// let mut bytes = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello".into();
/// let head = HeadReader::default().read_request(&mut bytes)?;
/// assert_eq!(head.map(|head| head.body), Some(BodyLength::Length(5)));
/// # Ok::<(), gateway_core::http1::RequestFault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// There is none, whatever the fields say, or they say nothing in a request.
    Empty,
    /// So many bytes, which `Content-Length` says; may be 0.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// Responses alone: all that comes until the connection ends.
    UntilClose,
}

/// What the framing fields say, which are checked first.
pub(super) fn declared(
    version: Version,
    framing: FramingLines,
) -> Result<Option<BodyLength>, HeadError> {
    match framing.declare()? {
        Declared::Nothing => Ok(None),
        Declared::Length(length) => Ok(Some(BodyLength::Length(length))),
        // A sender of HTTP/1.0 does not know it, and may have passed on what another sent (RFC 9112, section 6.1).
        Declared::Chunked if version == Version::HTTP_10 => Err(HeadError::TransferEncoding),
        Declared::Chunked => Ok(Some(BodyLength::Chunked)),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn of(
        version: Version,
        name: &'static str,
        value: &'static str,
    ) -> Result<Option<BodyLength>, HeadError> {
        let mut framing = FramingLines::default();
        framing.add(
            &HeaderName::from_static(name),
            &HeaderValue::from_static(value),
        );
        declared(version, framing)
    }

    #[test]
    fn the_fields_say_it() {
        let (one, zero) = (Version::HTTP_11, Version::HTTP_10);
        let (length, coding) = ("content-length", "transfer-encoding");
        assert_eq!(of(one, "x", "1"), Ok(None));
        for (number, bytes) in [
            ("0", 0),
            ("007", 7),
            ("9999999999999999999", 9_999_999_999_999_999_999),
        ] {
            assert_eq!(
                of(zero, length, number),
                Ok(Some(BodyLength::Length(bytes)))
            );
        }
        for number in ["", "+1", "-1", "1,1", "1 1", "0x1", "18446744073709551616"] {
            let error = Err(HeadError::ContentLengthInvalid);
            assert_eq!(of(one, length, number), error, "{number}");
        }
        assert_eq!(of(one, coding, "Chunked"), Ok(Some(BodyLength::Chunked)));
        assert_eq!(
            of(zero, coding, "chunked"),
            Err(HeadError::TransferEncoding)
        );
        assert_eq!(
            of(one, coding, "gzip, chunked"),
            Err(HeadError::TransferEncoding)
        );
    }
}

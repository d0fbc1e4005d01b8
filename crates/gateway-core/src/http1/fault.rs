//! Why bytes are not the message they should be. After any of these the connection is of no further use.

use http::StatusCode;

use super::section::SectionFault;
use crate::head::HeadError;
use crate::rejection::{Code, Rejection};

const MALFORMED: Code = Code::new("request/malformed");
const HEAD_TOO_LARGE: Code = Code::new("request/head-too-large");
const VERSION: Code = Code::new("request/version-unsupported");

/// Why the head of a request is refused. Its [`Rejection`] always closes the connection: where the next
/// request would begin is in doubt.
///
/// ```
/// use gateway_core::http1::RequestFault;
/// use gateway_core::rejection::Rejection;
///
/// let rejection = Rejection::from(RequestFault::HeadTooLarge);
/// assert_eq!(rejection.status(), 431);
/// assert_eq!(rejection.code().as_str(), "request/head-too-large");
/// assert!(rejection.closes_connection());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// Not a head of HTTP/1: 400.
    #[error("The request is malformed.")]
    Malformed,
    /// Larger than [`HeadBounds`](super::HeadBounds) allow: 431.
    #[error("The request head is too large.")]
    HeadTooLarge,
    /// A version of HTTP other than 1.0 and 1.1: 505.
    #[error("The HTTP version is not supported.")]
    Version,
    /// A head that nobody may act on.
    #[error(transparent)]
    Head(#[from] HeadError),
}

impl From<RequestFault> for Rejection {
    fn from(fault: RequestFault) -> Self {
        let (status, code, detail) = match fault {
            RequestFault::Malformed => (
                StatusCode::BAD_REQUEST,
                MALFORMED,
                "The request is malformed.",
            ),
            RequestFault::HeadTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                HEAD_TOO_LARGE,
                "The request head is too large.",
            ),
            RequestFault::Version => (
                StatusCode::HTTP_VERSION_NOT_SUPPORTED,
                VERSION,
                "The HTTP version is not supported.",
            ),
            RequestFault::Head(error) => (error.status(), error.code(), error.detail()),
        };
        Self::new(status, code, detail).closing_connection()
    }
}

impl From<SectionFault> for RequestFault {
    fn from(fault: SectionFault) -> Self {
        match fault {
            SectionFault::Malformed => Self::Malformed,
            SectionFault::TooLarge => Self::HeadTooLarge,
            SectionFault::TooManyFields => HeadError::TooManyFields.into(),
        }
    }
}

/// Why the head of a response cannot be passed on. The text is for the log and constant.
///
/// ```
/// use gateway_core::head::HeadError;
/// use gateway_core::http1::ResponseFault;
///
/// let fault = ResponseFault::from(HeadError::FramingConflict);
/// assert_eq!(fault.to_string(), "the length of the response is in doubt");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseFault {
    /// Not a head of HTTP/1.
    #[error("the response is malformed")]
    Malformed,
    /// Larger than [`HeadBounds`](super::HeadBounds) allow.
    #[error("the response head is too large")]
    HeadTooLarge,
    /// More fields than [`HeadBounds`](super::HeadBounds) allow.
    #[error("the response has too many header fields")]
    TooManyFields,
    /// A version of HTTP other than 1.0 and 1.1.
    #[error("the response has another HTTP version")]
    Version,
    /// Whoever reads it after us could take its length for another.
    #[error("the length of the response is in doubt")]
    Framing(#[from] HeadError),
}

impl From<SectionFault> for ResponseFault {
    fn from(fault: SectionFault) -> Self {
        match fault {
            SectionFault::Malformed => Self::Malformed,
            SectionFault::TooLarge => Self::HeadTooLarge,
            SectionFault::TooManyFields => Self::TooManyFields,
        }
    }
}

/// Why what follows a head is not its body. The text is for the log and constant.
///
/// ```
/// use gateway_core::http1::BodyFault;
///
/// assert_eq!(BodyFault::CutShort.to_string(), "the body ends early");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// A chunk's size, or what stands around it, is malformed.
    #[error("a chunk is malformed")]
    Chunk,
    /// The chunk extensions of one body are longer than 16 KiB.
    #[error("the chunk extensions are too long")]
    Extensions,
    /// The trailers are malformed, larger than 64 KiB or more than 100.
    #[error("the trailers are malformed or too many")]
    Trailers,
    /// The input ended before the body did.
    #[error("the body ends early")]
    CutShort,
}

impl From<SectionFault> for BodyFault {
    fn from(_: SectionFault) -> Self {
        Self::Trailers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_closes_the_connection() {
        for (fault, status) in [
            (RequestFault::Malformed, 400),
            (RequestFault::HeadTooLarge, 431),
            (RequestFault::Version, 505),
            (RequestFault::Head(HeadError::TargetTooLong), 414),
            (RequestFault::Head(HeadError::TargetForm), 400),
            (RequestFault::Head(HeadError::TransferEncoding), 501),
        ] {
            let rejection = Rejection::from(fault);
            assert_eq!(rejection.status(), status);
            assert_eq!(rejection.detail(), fault.to_string());
            assert!(rejection.closes_connection(), "{fault:?}");
        }
    }
}

//! Why the head of a message is refused.

use std::fmt;

use http::StatusCode;
use http::header::SEC_WEBSOCKET_VERSION;

use super::websocket;
use crate::path::PathError;
use crate::rejection::{Code, Rejection};

/// Why the head of a message is refused. Its text is constant and may be shown to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeadError {
    /// The request target is longer than [`HeadLimits`](super::HeadLimits) allow.
    TargetTooLong,
    /// More fields than [`HeadLimits`](super::HeadLimits) allow.
    TooManyFields,
    /// A method that [`Methods`](super::Methods) do not allow.
    Method,
    /// `*` outside OPTIONS, an authority outside CONNECT, a relative path.
    TargetForm,
    /// No `Host` in HTTP/1.1, neither `:authority` nor `host` in HTTP/2.
    HostMissing,
    /// More than one `Host` line.
    HostRepeated,
    /// Not exactly one host name or address with at most a port.
    HostInvalid,
    /// `Host` names another server than the request target does.
    HostMismatch,
    /// `Content-Length` and `Transfer-Encoding` together.
    FramingConflict,
    /// More than one `Content-Length` line.
    ContentLengthRepeated,
    /// A `Content-Length` that is not a number.
    ContentLengthInvalid,
    /// A `Transfer-Encoding` other than exactly one `chunked`.
    TransferEncoding,
    /// An `Expect` other than `100-continue`.
    Expectation,
    /// No opening handshake of a WebSocket (RFC 6455, section 4.1), though it asks to upgrade to one.
    WebSocketHandshake,
    /// A version of WebSocket other than 13.
    WebSocketVersion,
    /// The path has no canonical form.
    Path(PathError),
}

impl HeadError {
    /// The status of the refusal of a request.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::TooManyFields => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Method | Self::TransferEncoding => StatusCode::NOT_IMPLEMENTED,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::Path(error) => error.status(),
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The stable code of the refusal, such as `request/host-missing`.
    pub fn code(self) -> Code {
        self.describe().0
    }

    /// What the client is told.
    pub fn detail(self) -> &'static str {
        self.describe().1
    }

    /// Whether it is in doubt where this message ends, or what follows it, so that the connection must be closed.
    pub fn closes_connection(self) -> bool {
        matches!(
            self,
            Self::FramingConflict
                | Self::ContentLengthRepeated
                | Self::ContentLengthInvalid
                | Self::TransferEncoding
                | Self::WebSocketHandshake
                | Self::WebSocketVersion
        )
    }

    #[rustfmt::skip]
    fn describe(self) -> (Code, &'static str) {
        let (code, detail) = match self {
            Self::TargetTooLong => ("request/target-too-long", "The request target is too long."),
            Self::TooManyFields => ("request/too-many-fields", "The request has too many header fields."),
            Self::Method => ("request/method-unsupported", "The method is not supported."),
            Self::TargetForm => ("request/target-form", "The request target has a form that the method does not allow."),
            Self::HostMissing => ("request/host-missing", "The request names no host."),
            Self::HostRepeated => ("request/host-repeated", "The request has more than one Host field."),
            Self::HostInvalid => ("request/host-invalid", "The host is malformed."),
            Self::HostMismatch => ("request/host-mismatch", "The Host field and the request target name different hosts."),
            Self::FramingConflict => ("request/framing-conflict", "Content-Length and Transfer-Encoding are given together."),
            Self::ContentLengthRepeated => ("request/content-length-repeated", "There is more than one Content-Length field."),
            Self::ContentLengthInvalid => ("request/content-length-invalid", "The Content-Length is not a number."),
            Self::TransferEncoding => ("request/transfer-encoding-unsupported", "The only supported Transfer-Encoding is chunked."),
            Self::Expectation => ("request/expectation-unsupported", "The only supported expectation is 100-continue."),
            Self::WebSocketHandshake => ("request/websocket-handshake", "The opening handshake of the WebSocket is malformed."),
            Self::WebSocketVersion => ("request/websocket-version", "The only supported version of WebSocket is 13."),
            Self::Path(error) => return (error.code(), error.detail()),
        };
        (Code::new(code), detail)
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())
    }
}

impl std::error::Error for HeadError {}

impl From<PathError> for HeadError {
    fn from(error: PathError) -> Self {
        Self::Path(error)
    }
}

impl From<HeadError> for Rejection {
    fn from(error: HeadError) -> Self {
        let mut rejection = Self::new(error.status(), error.code(), error.detail());
        if error == HeadError::WebSocketVersion {
            // RFC 6455, section 4.2.2.
            rejection = rejection.header(SEC_WEBSOCKET_VERSION, websocket::VERSION);
        }
        if error.closes_connection() {
            rejection.closing_connection()
        } else {
            rejection
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_makes_a_rejection_with_a_code_of_its_own() {
        let heads = [
            HeadError::TargetTooLong,
            HeadError::TooManyFields,
            HeadError::Method,
            HeadError::TargetForm,
            HeadError::HostMissing,
            HeadError::HostRepeated,
            HeadError::HostInvalid,
            HeadError::HostMismatch,
            HeadError::FramingConflict,
            HeadError::ContentLengthRepeated,
            HeadError::ContentLengthInvalid,
            HeadError::TransferEncoding,
            HeadError::Expectation,
            HeadError::WebSocketHandshake,
            HeadError::WebSocketVersion,
        ];
        let paths = [
            PathError::NotAbsolute,
            PathError::Nul,
            PathError::Control,
            PathError::NotAscii,
            PathError::Delimiter,
            PathError::Backslash,
            PathError::BadEscape,
            PathError::Overlong,
            PathError::EncodedSlash,
            PathError::Ambiguous,
            PathError::AboveRoot,
            PathError::TooLong,
        ];
        let errors = heads
            .into_iter()
            .chain(paths.into_iter().map(HeadError::from));
        let mut codes: Vec<_> = errors
            .map(|error| {
                let rejection = Rejection::from(error);
                assert_eq!(rejection.code().area(), "request");
                assert!(rejection.status().is_client_error() || rejection.status() == 501);
                rejection.code()
            })
            .collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}

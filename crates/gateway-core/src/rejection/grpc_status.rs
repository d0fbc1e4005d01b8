//! The gRPC status codes a gateway answers with.

use http::StatusCode;

/// A gRPC status code (gRPC "Statuscodes"), those a gateway has a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GrpcStatus {
    /// Something is wrong that fits no other code.
    Unknown = 2,
    /// The request itself is wrong.
    InvalidArgument = 3,
    /// It took too long.
    DeadlineExceeded = 4,
    /// The caller is known and may not.
    PermissionDenied = 7,
    /// A limit is used up.
    ResourceExhausted = 8,
    /// Nothing here answers this method.
    Unimplemented = 12,
    /// We are broken.
    Internal = 13,
    /// Nobody can answer now; another try may succeed.
    Unavailable = 14,
    /// The caller has not proved who they are.
    Unauthenticated = 16,
}

impl GrpcStatus {
    /// The number on the wire.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The status that says to a gRPC caller what `status` says to an HTTP one. Follows gRPC's "HTTP to gRPC
    /// Status Code Mapping", with the limits and timeouts of a gateway given their precise codes.
    pub const fn from_http(status: StatusCode) -> Self {
        match status.as_u16() {
            400 | 413 | 414 | 415 | 417 | 422 => Self::InvalidArgument,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 | 405 | 501 => Self::Unimplemented,
            408 | 504 => Self::DeadlineExceeded,
            429 | 431 => Self::ResourceExhausted,
            500 => Self::Internal,
            502 | 503 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }
}

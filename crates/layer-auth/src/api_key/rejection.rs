//! What the layer refuses.

use gateway_core::rejection::{Code, Rejection};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};

use super::CredentialSource;

const MISSING: Code = Code::new("auth/credential-missing");
const INVALID: Code = Code::new("auth/credential-invalid");
const AMBIGUOUS: Code = Code::new("auth/credential-ambiguous");

/// The request has no key where `source` says that it should be.
pub(super) fn missing(source: &CredentialSource) -> Rejection {
    challenge(Rejection::new(
        StatusCode::UNAUTHORIZED,
        MISSING,
        "The request has no API key.",
    ))
    .caused_by(format_args!("no key in {source}"))
}

/// Nobody has this key; `cause` must not repeat it.
pub(super) fn invalid(cause: &'static str) -> Rejection {
    challenge(Rejection::new(
        StatusCode::UNAUTHORIZED,
        INVALID,
        "The API key is not valid.",
    ))
    .caused_by(cause)
}

/// The request has several keys: the upstream or a proxy between might read another one than we do.
pub(super) fn ambiguous(source: &CredentialSource) -> Rejection {
    Rejection::new(
        StatusCode::BAD_REQUEST,
        AMBIGUOUS,
        "The request has more than one API key.",
    )
    .caused_by(format_args!("more than one key in {source}"))
}

/// A 401 has to carry a challenge (RFC 9110, section 15.5.2). No scheme is registered for keys; `ApiKey` is
/// what the field has come to write.
fn challenge(rejection: Rejection) -> Rejection {
    rejection.header(WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"))
}

//! The refusals of a rate limit.

use std::time::Duration;

use gateway_core::rejection::{Code, Rejection};
use http::StatusCode;

use super::Key;
use super::fields::Fields;

/// The caller asked too often; answered with 429 and `Retry-After` (RFC 6585 §4).
pub const EXCEEDED: Code = Code::new("rate-limit/exceeded");

/// The request lacks what the limit counts by; answered with 400. It is not 401, which would owe the client
/// a `WWW-Authenticate` (RFC 9110 §15.5.2) and promise that credentials help: where they do, it is for the
/// authentication layer before to say so.
pub const KEY_MISSING: Code = Code::new("rate-limit/key-missing");

/// One request too many; another may pass after `wait`.
pub(crate) fn exceeded(wait: Duration, fields: &Fields) -> Rejection {
    let detail = "Too many requests: the rate limit is used up for now.";
    let rejection =
        Rejection::new(StatusCode::TOO_MANY_REQUESTS, EXCEEDED, detail).retry_after(wait);
    fields
        .refused(wait)
        .fold(rejection, |rejection, (name, value)| {
            rejection.header(name, value)
        })
}

/// A request without `key`.
pub(crate) fn key_missing(key: &Key) -> Rejection {
    let detail = "The request lacks what its rate limit is counted by.";
    Rejection::new(StatusCode::BAD_REQUEST, KEY_MISSING, detail).caused_by(key.lack())
}

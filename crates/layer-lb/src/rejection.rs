//! The refusals of this crate, with their codes.

use std::time::Duration;

use gateway_core::facts::FailureKind;
use gateway_core::rejection::{Code, Rejection};
use http::StatusCode;

/// No connection to the endpoint came about.
pub const CONNECT_FAILED: Code = Code::new("upstream/connect-failed");
/// The connection to the endpoint took longer to come about than allowed.
pub const CONNECT_TIMEOUT: Code = Code::new("upstream/connect-timeout");
/// No response began within the time allowed.
pub const TIMEOUT: Code = Code::new("upstream/timeout");
/// The connection ended before a response began.
pub const RESET: Code = Code::new("upstream/reset");
/// What came back is not a response that could be passed on.
pub const MALFORMED_RESPONSE: Code = Code::new("upstream/malformed-response");
/// The endpoint has as many connections as it may have, and too many requests wait for one, or this one has
/// waited for too long; or the upstream has as many requests in flight as it may have.
pub const OVERLOADED: Code = Code::new("upstream/overloaded");
/// What is left of the room that the upstream has is for more important requests.
pub const SHED: Code = Code::new("upstream/shed");
/// The upstream has failed so often that it is left alone for a while.
pub const CIRCUIT_OPEN: Code = Code::new("upstream/circuit-open");
/// The endpoint cannot do what the client asks for: WebSocket over HTTP/2 (RFC 8441).
pub const WEBSOCKET_UNSUPPORTED: Code = Code::new("upstream/websocket-unsupported");
/// The client's own deadline has passed.
pub const DEADLINE_EXPIRED: Code = Code::new("upstream/deadline-expired");
/// No endpoint can be chosen.
pub const NO_ENDPOINT: Code = Code::new("upstream/no-endpoint");
/// The client's own body ended early or is malformed.
pub const BODY_MALFORMED: Code = Code::new("request/body-malformed");
/// The client did not send the rest of its body within the time allowed.
pub const BODY_TIMEOUT: Code = Code::new("request/body-timeout");
/// The request's method cannot be forwarded.
pub const METHOD_NOT_FORWARDED: Code = Code::new("request/method-not-forwarded");

/// The refusal that tells a client of a failed exchange.
pub(crate) fn failed(kind: FailureKind) -> Rejection {
    let (status, code, detail) = match kind {
        FailureKind::Connect => (
            StatusCode::BAD_GATEWAY,
            CONNECT_FAILED,
            "The service behind the gateway could not be reached.",
        ),
        FailureKind::ConnectTimeout => (
            StatusCode::GATEWAY_TIMEOUT,
            CONNECT_TIMEOUT,
            "The service behind the gateway could not be reached in time.",
        ),
        FailureKind::Timeout => (
            StatusCode::GATEWAY_TIMEOUT,
            TIMEOUT,
            "The service behind the gateway did not answer in time.",
        ),
        FailureKind::Overloaded => (
            StatusCode::SERVICE_UNAVAILABLE,
            OVERLOADED,
            "The service behind the gateway has too much to do.",
        ),
        FailureKind::Unsupported => (
            StatusCode::BAD_GATEWAY,
            WEBSOCKET_UNSUPPORTED,
            "The service behind the gateway does not speak WebSocket.",
        ),
        FailureKind::Reset => (
            StatusCode::BAD_GATEWAY,
            RESET,
            "The service behind the gateway closed the connection without an answer.",
        ),
        FailureKind::Malformed => (
            StatusCode::BAD_GATEWAY,
            MALFORMED_RESPONSE,
            "The service behind the gateway did not answer in well-formed HTTP.",
        ),
        FailureKind::RequestBody => {
            return Rejection::new(
                StatusCode::BAD_REQUEST,
                BODY_MALFORMED,
                "The request's body is malformed or incomplete.",
            )
            .closing_connection();
        }
    };
    Rejection::new(status, code, detail)
}

/// The refusal of a client that stalls while its body is awaited.
pub(crate) fn body_timeout() -> Rejection {
    Rejection::new(
        StatusCode::REQUEST_TIMEOUT,
        BODY_TIMEOUT,
        "The rest of the request's body did not come in time.",
    )
    .closing_connection()
}

/// The refusal of a request whose client does not wait any more.
pub(crate) fn deadline_expired() -> Rejection {
    Rejection::new(
        StatusCode::GATEWAY_TIMEOUT,
        DEADLINE_EXPIRED,
        "The time that the client allows for an answer had passed before the request was sent on.",
    )
}

/// The refusal where no endpoint can be chosen.
pub(crate) fn no_endpoint() -> Rejection {
    Rejection::new(
        StatusCode::SERVICE_UNAVAILABLE,
        NO_ENDPOINT,
        "No endpoint of the service behind the gateway is available.",
    )
}

/// The refusal where as many requests are in flight as may be.
pub(crate) fn busy() -> Rejection {
    failed(FailureKind::Overloaded)
}

/// The refusal of a request that leaves its place to more important ones.
pub(crate) fn shed() -> Rejection {
    Rejection::new(
        StatusCode::SERVICE_UNAVAILABLE,
        SHED,
        "The service behind the gateway has more important things to do.",
    )
}

/// The refusal while the circuit is open; it may be closed after `wait`.
pub(crate) fn circuit_open(wait: Duration) -> Rejection {
    Rejection::new(
        StatusCode::SERVICE_UNAVAILABLE,
        CIRCUIT_OPEN,
        "The service behind the gateway has failed and is given time to recover.",
    )
    .retry_after(wait)
}

/// The refusal of CONNECT, which asks for a tunnel and not for a resource.
pub(crate) fn method_not_forwarded() -> Rejection {
    Rejection::new(
        StatusCode::NOT_IMPLEMENTED,
        METHOD_NOT_FORWARDED,
        "This method is not forwarded.",
    )
}

//! The refusals of the gateway itself, outside any layer.

use gateway_core::rejection::{Code, Rejection};
use http::{HeaderValue, StatusCode, header};

use crate::routing::MethodSet;

/// No route takes the request.
pub(crate) fn no_route() -> Rejection {
    const CODE: Code = Code::new("route/not-found");
    Rejection::new(
        StatusCode::NOT_FOUND,
        CODE,
        "No route matches this request.",
    )
}

/// Routes take the request's host and path, but not its method.
pub(crate) fn method_not_allowed(allow: HeaderValue) -> Rejection {
    const CODE: Code = Code::new("route/method-not-allowed");
    let detail = "This resource does not take this method.";
    Rejection::new(StatusCode::METHOD_NOT_ALLOWED, CODE, detail).header(header::ALLOW, allow)
}

/// The value of `Allow` for these methods; `None` where there are none.
pub(crate) fn allow(methods: &MethodSet) -> Option<HeaderValue> {
    let is_any = !methods.is_empty();
    is_any.then(|| HeaderValue::try_from(methods.to_string()).ok())?
}

/// A rewrite led to a path that is not canonical or lies outside what the operator wrote.
pub(crate) fn rewrite_impossible() -> Rejection {
    const CODE: Code = Code::new("request/rewrite-impossible");
    let detail = "The path of this request cannot be rewritten.";
    Rejection::new(StatusCode::BAD_REQUEST, CODE, detail)
}

/// The route forwards, but no WebSockets.
pub(crate) fn upgrade_refused() -> Rejection {
    const CODE: Code = Code::new("request/upgrade-refused");
    let detail = "There is no WebSocket here.";
    Rejection::new(StatusCode::FORBIDDEN, CODE, detail)
}

/// The head of a request was begun and not finished in time.
pub(crate) fn head_timeout() -> Rejection {
    const CODE: Code = Code::new("request/head-timeout");
    let detail = "The rest of the request's head did not come in time.";
    Rejection::new(StatusCode::REQUEST_TIMEOUT, CODE, detail).closing_connection()
}

/// What a stack answered is no answer: an interim one, or a switch of protocols that leads nowhere.
pub(crate) fn no_answer() -> Rejection {
    let detail = "The service behind the gateway did not answer in well-formed HTTP.";
    let code = layer_lb::rejection::MALFORMED_RESPONSE;
    Rejection::new(StatusCode::BAD_GATEWAY, code, detail)
}

/// The body of a request came too slowly.
pub(crate) fn body_too_slow() -> Rejection {
    const CODE: Code = Code::new("request/body-too-slow");
    let detail = "The body of this request came too slowly.";
    Rejection::new(StatusCode::REQUEST_TIMEOUT, CODE, detail)
}

/// A layer panicked; a bug, which must not take the connection's other requests with it.
pub(crate) fn panicked() -> Rejection {
    const CODE: Code = Code::new("gateway/panic");
    let detail = "The gateway failed to handle this request.";
    Rejection::new(StatusCode::INTERNAL_SERVER_ERROR, CODE, detail)
}

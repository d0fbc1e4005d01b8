//! One refusal, from its reason to its response.

use std::sync::Arc;
use std::time::Duration;

use axum_core::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::{Code, Format, GrpcStatus};
use crate::facts::Fact;

/// A refusal: status, stable code, constant text for the client, and the cause for the log alone.
///
/// ```
/// use gateway_core::rejection::{Code, Format, Rejection};
/// use http::StatusCode;
///
/// const MISSING: Code = Code::new("auth/credential-missing");
///
/// let rejection = Rejection::new(StatusCode::UNAUTHORIZED, MISSING, "No credential was sent.")
///     .caused_by("header x-api-key absent");
/// let response = rejection.into_response(Format::Problem);
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(response.headers()["content-type"], "application/problem+json");
/// assert!(response.extensions().get::<Rejection>().is_some());
/// ```
#[derive(Clone, Debug)]
pub struct Rejection(Arc<Reason>);

#[derive(Clone, Debug)]
struct Reason {
    status: StatusCode,
    code: Code,
    detail: &'static str,
    headers: HeaderMap,
    cause: Option<String>,
    closes_connection: bool,
}

impl Rejection {
    /// A refusal with `status`, named `code`, saying `detail` to the client. `detail` is constant text, so
    /// nothing that arrived in a request or in a library's error can reach a client.
    pub fn new(status: StatusCode, code: Code, detail: &'static str) -> Self {
        Self(Arc::new(Reason {
            status,
            code,
            detail,
            headers: HeaderMap::new(),
            cause: None,
            closes_connection: false,
        }))
    }

    /// Adds the cause, which goes to the log alone.
    #[must_use]
    pub fn caused_by(mut self, cause: impl std::fmt::Display) -> Self {
        self.edit().cause = Some(cause.to_string());
        self
    }

    /// Adds a header field to the response, such as `WWW-Authenticate`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.edit().headers.append(name, value);
        self
    }

    /// Adds `Retry-After` in seconds, rounded up: a client that obeys is never early (RFC 9110 §10.2.3).
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Says that the connection cannot be used further, as when its framing is in doubt.
    #[must_use]
    pub fn closing_connection(mut self) -> Self {
        self.edit().closes_connection = true;
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the client is told.
    pub fn detail(&self) -> &'static str {
        self.0.detail
    }

    /// What the log is told.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// Whether the connection is to be closed after the response.
    pub fn closes_connection(&self) -> bool {
        self.0.closes_connection
    }

    /// The response in the form `format`, carrying the refusal in its extensions.
    pub fn into_response(self, format: Format) -> Response<Body> {
        let mut response = match format {
            Format::Problem => self.problem(),
            Format::Grpc => self.grpc(),
        };
        let headers = response.headers_mut();
        for (name, value) in &self.0.headers {
            headers.append(name, value.clone());
        }
        if self.0.closes_connection {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(self);
        response
    }

    /// The response in the form that fits a request with these header fields.
    pub fn into_response_to(self, headers: &HeaderMap) -> Response<Body> {
        self.into_response(Format::of(headers))
    }

    fn problem(&self) -> Response<Body> {
        let body = serde_json::json!({
            "type": "about:blank",
            "title": self.0.status.canonical_reason().unwrap_or("Refused"),
            "status": self.0.status.as_u16(),
            "detail": self.0.detail,
            "code": self.0.code.as_str(),
        });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// A response of header fields alone, which gRPC clients read as trailers; the HTTP status is always 200.
    fn grpc(&self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/grpc"),
        );
        headers.insert(
            HeaderName::from_static("grpc-status"),
            HeaderValue::from(u16::from(GrpcStatus::from_http(self.0.status).code())),
        );
        headers.insert(
            HeaderName::from_static("grpc-message"),
            HeaderValue::from_static(self.0.detail),
        );
        response
    }

    fn edit(&mut self) -> &mut Reason {
        Arc::make_mut(&mut self.0)
    }
}

impl Fact for Rejection {
    const NAME: &'static str = "rejection";
}

impl PartialEq for Rejection {
    /// Two refusals are the same when the client sees the same.
    fn eq(&self, other: &Self) -> bool {
        (self.0.status, self.0.code, self.0.detail)
            == (other.0.status, other.0.code, other.0.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Code = Code::new("test/refused");

    #[test]
    fn retry_after_is_rounded_up() {
        let rejection = Rejection::new(StatusCode::TOO_MANY_REQUESTS, CODE, "Slow down.")
            .retry_after(Duration::from_millis(1001));
        let response = rejection.into_response(Format::Problem);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    }

    #[test]
    fn grpc_callers_get_a_status_without_a_body() {
        let response = Rejection::new(StatusCode::UNAUTHORIZED, CODE, "Who are you?")
            .into_response(Format::Grpc);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["grpc-status"], "16");
        assert_eq!(response.headers()["grpc-message"], "Who are you?");
    }

    #[test]
    fn the_cause_stays_inside() {
        let rejection =
            Rejection::new(StatusCode::BAD_GATEWAY, CODE, "It failed.").caused_by("secret");
        assert_eq!(rejection.cause(), Some("secret"));
        let response = rejection.into_response(Format::Problem);
        assert!(!format!("{:?}", response.headers()).contains("secret"));
    }
}

//! How an exchange with an endpoint failed, on its way to becoming a response.

use std::error::Error;
use std::fmt::Write as _;

use axum_core::body::Body;
use gateway_core::facts::{FailureKind, UpstreamFailure};
use gateway_core::rejection::{Format, Rejection};
use http::Response;

use crate::rejection;

/// How an exchange with an endpoint failed: what others may decide by, and what the log is told.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    fact: UpstreamFailure,
    rejection: Rejection,
    cause: String,
}

impl Failure {
    fn new(kind: FailureKind, may_have_been_sent: bool, cause: String) -> Self {
        Self {
            fact: UpstreamFailure {
                kind,
                may_have_been_sent,
            },
            rejection: rejection::failed(kind),
            cause,
        }
    }

    /// No connection came about.
    pub(crate) fn connect(error: &(dyn Error + 'static)) -> Self {
        Self::new(FailureKind::Connect, false, with_sources(error))
    }

    /// No connection came about in time.
    pub(crate) fn connect_timeout() -> Self {
        let cause = "no connection within the time allowed".to_owned();
        Self::new(FailureKind::ConnectTimeout, false, cause)
    }

    /// The attempt to connect that this one waited for came to nothing, as when everything is shut down.
    pub(crate) fn abandoned() -> Self {
        let cause = "the attempt was abandoned".to_owned();
        Self::new(FailureKind::Connect, false, cause)
    }

    /// The endpoint speaks HTTP/2 and does not know how to carry WebSocket over it.
    pub(crate) fn no_websocket() -> Self {
        let cause = "SETTINGS_ENABLE_CONNECT_PROTOCOL is not set".to_owned();
        Self::new(FailureKind::Unsupported, false, cause)
    }

    /// As many requests as may wait for a connection do so already.
    pub(crate) fn queue_full() -> Self {
        let cause = "too many requests wait for a connection".to_owned();
        Self::new(FailureKind::Overloaded, false, cause)
    }

    /// No connection became free in time, and no more may be opened.
    pub(crate) fn queued_too_long() -> Self {
        let cause = "no connection became free within the time allowed".to_owned();
        Self::new(FailureKind::Overloaded, false, cause)
    }

    /// No response began in time, because of the client where it still owed a part of its body.
    pub(crate) fn timeout(awaits_client: bool) -> Self {
        if awaits_client {
            let cause = "nothing more of the request body within the time allowed".to_owned();
            Self {
                rejection: rejection::body_timeout(),
                ..Self::new(FailureKind::RequestBody, true, cause)
            }
        } else {
            let cause = "no response within the time allowed".to_owned();
            Self::new(FailureKind::Timeout, true, cause)
        }
    }

    /// What came back is no response.
    pub(crate) fn malformed(error: &(dyn Error + 'static)) -> Self {
        Self::new(FailureKind::Malformed, true, with_sources(error))
    }

    /// The client's own body failed.
    pub(crate) fn request_body(error: &(dyn Error + 'static)) -> Self {
        Self::new(FailureKind::RequestBody, true, with_sources(error))
    }

    /// The connection ended before a response began.
    pub(crate) fn reset(error: &(dyn Error + 'static), may_have_been_sent: bool) -> Self {
        Self::new(FailureKind::Reset, may_have_been_sent, with_sources(error))
    }

    /// Why, for the log.
    #[cfg(feature = "etcd")]
    pub(crate) fn cause(&self) -> &str {
        &self.cause
    }

    /// What others may decide by.
    pub(crate) fn fact(&self) -> UpstreamFailure {
        self.fact
    }

    /// What went wrong.
    #[cfg(test)]
    pub(crate) fn kind(&self) -> FailureKind {
        self.fact.kind
    }

    /// The response that tells the client, for a failure at `endpoint` of `upstream`.
    pub(crate) fn into_response(
        self,
        upstream: &str,
        endpoint: &str,
        format: Format,
    ) -> Response<Body> {
        let rejection = self
            .rejection
            .caused_by(format_args!("{upstream} at {endpoint}: {}", self.cause));
        tracing::debug!(
            upstream,
            endpoint,
            code = rejection.code().as_str(),
            cause = self.cause,
            "an endpoint did not answer"
        );
        let mut response = rejection.into_response(format);
        response.extensions_mut().insert(self.fact);
        response
    }
}

/// An error with all that caused it, for the log.
fn with_sources(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Writing to a string does not fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn the_cause_is_for_the_log_alone() {
        let error = std::io::Error::other("secret detail");
        let response =
            Failure::connect(&error).into_response("orders", "10.0.0.5:9000", Format::Problem);
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        let rejection = response.extensions().get::<Rejection>().unwrap();
        assert_eq!(rejection.code().as_str(), "upstream/connect-failed");
        assert_eq!(
            rejection.cause(),
            Some("orders at 10.0.0.5:9000: secret detail")
        );
        let fact = response.extensions().get::<UpstreamFailure>().unwrap();
        assert!(!fact.may_have_been_sent);
    }

    #[test]
    fn a_grpc_caller_gets_a_grpc_status() {
        let response = Failure::timeout(false).into_response("orders", "e", Format::Grpc);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["grpc-status"], "4");
    }
}

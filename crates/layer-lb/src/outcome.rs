//! How an attempt ended.

use std::time::Duration;

use axum_core::body::Body;
use gateway_core::facts::{FailureKind, UpstreamFailure};
use http::{HeaderValue, Response, StatusCode};

/// How one attempt at an endpoint ended, as far as the head of its response shows it: what health, balancing and
/// limits learn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) ending: Ending,
    /// From the choice of the endpoint to the head of the response, or to the failure.
    pub(crate) elapsed: Duration,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A response of the endpoint.
    Response {
        status: StatusCode,
        /// Where the response consists of trailers alone, as that of a failed gRPC call does.
        grpc_status: Option<u16>,
    },
    /// No response.
    Failed(FailureKind),
    /// Nobody waited for the end.
    Cancelled,
}

impl Ending {
    /// What the head of `response` shows.
    pub(crate) fn of(response: &Response<Body>) -> Self {
        let failure = response.extensions().get::<UpstreamFailure>();
        if let Some(failure) = failure {
            return Self::Failed(failure.kind);
        }
        Self::Response {
            status: response.status(),
            grpc_status: response.headers().get("grpc-status").and_then(number),
        }
    }

    /// Whether the endpoint has failed: it answered with a server error, or did not answer as it should. What is
    /// the client's fault, or that of a limit of ours, is not.
    pub(crate) fn is_failure(self) -> bool {
        match self {
            Self::Response {
                status,
                grpc_status,
            } => status.is_server_error() || grpc_status.is_some_and(is_server_error),
            Self::Failed(kind) => match kind {
                FailureKind::Connect
                | FailureKind::ConnectTimeout
                | FailureKind::Timeout
                | FailureKind::Reset
                | FailureKind::Malformed => true,
                FailureKind::Overloaded | FailureKind::Unsupported | FailureKind::RequestBody => {
                    false
                }
            },
            Self::Cancelled => false,
        }
    }
}

fn number(value: &HeaderValue) -> Option<u16> {
    value.to_str().ok()?.parse().ok()
}

/// Whether a status of gRPC says that the server failed: unknown, deadline exceeded, unimplemented, internal,
/// unavailable, data loss, as HTTP's 5xx do. (`Envoy` counts the same for outlier detection.)
fn is_server_error(grpc_status: u16) -> bool {
    matches!(grpc_status, 2 | 4 | 12 | 13 | 14 | 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(status: u16, grpc_status: Option<&str>) -> Ending {
        let mut response = Response::builder().status(status);
        if let Some(grpc_status) = grpc_status {
            response = response.header("grpc-status", grpc_status);
        }
        Ending::of(&response.body(Body::empty()).unwrap())
    }

    #[test]
    fn server_errors_are_failures_whatever_the_protocol() {
        for (status, grpc_status, is_failure) in [
            (200, None, false),
            (404, None, false),
            (429, None, false),
            (500, None, true),
            (503, None, true),
            (200, Some("0"), false),
            (200, Some("5"), false),
            (200, Some("14"), true),
            (200, Some("x"), false),
        ] {
            let ending = ending(status, grpc_status);
            assert_eq!(ending.is_failure(), is_failure, "{ending:?}");
        }
    }

    #[test]
    fn what_the_endpoint_cannot_help_is_no_failure_of_it() {
        for (kind, is_failure) in [
            (FailureKind::Connect, true),
            (FailureKind::Timeout, true),
            (FailureKind::Overloaded, false),
            (FailureKind::RequestBody, false),
        ] {
            assert_eq!(Ending::Failed(kind).is_failure(), is_failure, "{kind:?}");
        }
        assert!(!Ending::Cancelled.is_failure());
    }
}

//! How an attempt ended.

use std::time::Duration;

use axum_core::body::Body;
use gateway_core::facts::{FailureKind, UpstreamFailure};
use gateway_core::head::named;
use http::{HeaderMap, HeaderName, Response, StatusCode};
use tokio::time::Instant;

use crate::balance::PeakEwma;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// How one attempt at an endpoint ended, as far as the head of its response shows it: what health, balancing and
/// limits learn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) ending: Ending,
    /// From the choice of the endpoint to the head of the response, or to the failure.
    pub(crate) elapsed: Duration,
}

/// What a request is taken to last at least, where it failed: an endpoint that fails quickly must not look like a quick
/// one.
const FAILURE: Duration = Duration::from_secs(1);

impl Outcome {
    /// Lets `latency` learn from it.
    pub(crate) fn teach(self, latency: &PeakEwma) {
        let now = Instant::now();
        match self.ending {
            ending if ending.is_failure() => {
                latency.observe_at_least(self.elapsed.max(FAILURE), now);
            }
            Ending::Response { .. } => latency.observe(self.elapsed, now),
            Ending::Cancelled => latency.observe_at_least(self.elapsed, now),
            // No fault of the endpoint, and no merit.
            Ending::Failed(_) => {}
        }
    }
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
            grpc_status: grpc_status(response.headers()),
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

/// The status of gRPC in a head with these fields, as one has that is followed by nothing.
pub(crate) fn grpc_status(fields: &HeaderMap) -> Option<u16> {
    let status = named::first(fields, &GRPC_STATUS)?;
    status.to_str().ok()?.parse().ok()
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
    fn latency_learns_from_the_ending() {
        let latency = PeakEwma::default();
        let known = |ending, ms| {
            let elapsed = Duration::from_millis(ms);
            Outcome { ending, elapsed }.teach(&latency);
            (latency.get(Instant::now()).unwrap_or_default() * 10.0).round() / 10.0
        };
        assert_eq!(known(Ending::Failed(FailureKind::RequestBody), 100), 0.0);
        assert_eq!(known(Ending::Cancelled, 100), 0.1);
        assert_eq!(known(ending(200, None), 300), 0.3);
        assert_eq!(known(Ending::Cancelled, 1), 0.3);
        assert_eq!(known(ending(503, None), 1), 1.0);
        assert_eq!(known(Ending::Failed(FailureKind::Connect), 1), 1.0);
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

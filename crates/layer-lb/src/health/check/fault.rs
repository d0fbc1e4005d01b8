//! Why a check failed.

use http::StatusCode;
use thiserror::Error;

/// Why a check failed, in words for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(in crate::health) enum Fault {
    /// No connection.
    #[error("no connection: {0}")]
    Connect(String),
    /// The time for it was over.
    #[error("it did not answer in time")]
    TimedOut,
    /// The connection ended or broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// What came back is not what the protocol says.
    #[error("its answer is malformed: {0}")]
    Malformed(String),
    /// Another status than those expected.
    #[error("its status is {}", .0.as_u16())]
    Status(StatusCode),
    /// A body without the expected text in it.
    #[error("its body does not contain what is expected")]
    Body,
    /// The call came to another status than OK (0).
    #[error("its gRPC status is {0}")]
    GrpcStatus(u16),
    /// The service has another state than SERVING (1).
    #[error("its gRPC health is {} and not SERVING", state(*.0))]
    NotServing(u64),
}

/// The name of a state, as `grpc.health.v1.HealthCheckResponse.ServingStatus` gives it.
fn state(number: u64) -> &'static str {
    match number {
        0 => "UNKNOWN",
        2 => "NOT_SERVING",
        3 => "SERVICE_UNKNOWN",
        _ => "another one",
    }
}

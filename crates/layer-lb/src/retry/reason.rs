//! Why a request is sent again.

use crate::counters::UpstreamCounters;

/// Why a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No connection came about.
    ConnectFailure,
    /// The connection or stream ended before a response began.
    Reset,
    /// No response began in time.
    Timeout,
    /// The status of the response.
    Status,
    /// The gRPC status of the response.
    GrpcStatus,
}

impl Reason {
    /// Whether an endpoint that was not tried need not be spared: what failed is the way to one endpoint. A status is
    /// an answer of the service, and may well mean that all of it has too much to do.
    pub(crate) fn is_of_one_endpoint(self) -> bool {
        match self {
            Self::ConnectFailure | Self::Reset | Self::Timeout => true,
            Self::Status | Self::GrpcStatus => false,
        }
    }

    /// Counts one request that is sent again for this reason.
    pub(crate) fn count(self, counters: &UpstreamCounters) {
        let counter = match self {
            Self::ConnectFailure => &counters.retried_connect_failure,
            Self::Reset => &counters.retried_reset,
            Self::Timeout => &counters.retried_timeout,
            Self::Status => &counters.retried_status,
            Self::GrpcStatus => &counters.retried_grpc_status,
        };
        counter.increment();
    }
}

//! How an attempt to reach an endpoint failed.

use super::Fact;

/// Travels outward beside the rejection when no response came from an endpoint, so that whoever decides
/// about another attempt knows what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpstreamFailure {
    /// What went wrong.
    pub kind: FailureKind,
    /// Whether the endpoint may have seen any part of the request; `false` makes a repeat safe for any method.
    pub may_have_been_sent: bool,
}

/// What went wrong between us and an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// No connection came about: refused, unreachable, or the handshake failed.
    Connect,
    /// The connection took longer to come about than allowed.
    ConnectTimeout,
    /// The endpoint may have no more connections, and none became free in time.
    Overloaded,
    /// The endpoint does not know the protocol that the client asks for.
    Unsupported,
    /// The connection ended before a response began.
    Reset,
    /// What came back is not a well-formed response.
    Malformed,
    /// No response began within the time allowed.
    Timeout,
    /// The client's own request body failed; the endpoint is not to blame.
    RequestBody,
}

impl Fact for UpstreamFailure {
    const NAME: &'static str = "upstream-failure";
}

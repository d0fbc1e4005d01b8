//! Why a request is not let in.

use std::time::Duration;

use gateway_core::rejection::Rejection;

use super::class::Class;
use crate::counters::UpstreamCounters;
use crate::rejection;

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The circuit is open, or not quite closed yet; another try may pass after so long.
    CircuitOpen(Duration),
    /// As many requests are in flight as `limits.requests` says.
    Capped,
    /// As many requests are in flight as the upstream can take.
    Limited,
    /// The room that is left is for more important requests than this one, which is of this class.
    Shed(Class),
}

impl Refusal {
    /// Counts it.
    pub(super) fn count(self, counters: &UpstreamCounters) {
        match self {
            Self::CircuitOpen(_) => counters.circuit_refused.increment(),
            Self::Capped => counters.capped.increment(),
            Self::Limited => counters.limited.increment(),
            Self::Shed(Class::Background) => counters.shed_background.increment(),
            Self::Shed(_) => counters.shed_default.increment(),
        }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::CircuitOpen(wait) => rejection::circuit_open(wait),
            Refusal::Capped => rejection::busy().caused_by("limits.requests"),
            Refusal::Limited => rejection::busy().caused_by("concurrency"),
            Refusal::Shed(class) => rejection::shed().caused_by(class),
        }
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::rejection::Format;

    use super::*;

    #[test]
    fn each_is_unavailable_under_its_own_code() {
        for (refusal, code, retry_after) in [
            (
                Refusal::CircuitOpen(Duration::from_millis(4001)),
                "upstream/circuit-open",
                Some("5"),
            ),
            (Refusal::Capped, "upstream/overloaded", None),
            (Refusal::Limited, "upstream/overloaded", None),
            (Refusal::Shed(Class::Background), "upstream/shed", None),
        ] {
            let rejection = Rejection::from(refusal);
            assert_eq!(rejection.code().as_str(), code);
            let response = rejection.clone().into_response(Format::Problem);
            assert_eq!(response.status(), 503);
            let header = response.headers().get("retry-after");
            assert_eq!(header.map(|value| value.to_str().unwrap()), retry_after);
            let response = rejection.into_response(Format::Grpc);
            assert_eq!(response.headers()["grpc-status"], "14");
        }
    }
}

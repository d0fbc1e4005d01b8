//! Where a request goes.

use std::sync::Arc;

use gateway_core::facts::Fact;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::flight::Flight;
use crate::pool::Deadline;
use crate::time_limits::TimeLimits;

/// The endpoint a request goes to and how long that may take; travels inward, from the
/// [`LoadBalanceLayer`](crate::LoadBalanceLayer) to the [`EndpointClient`](crate::EndpointClient) and
/// whatever stands between them.
#[derive(Clone, Debug)]
pub struct ChosenEndpoint {
    flight: Flight,
    limits: TimeLimits,
    start: Instant,
}

impl ChosenEndpoint {
    /// Sends a request, `flight` since `start`, to its endpoint within `limits`.
    pub(crate) fn new(flight: Flight, limits: TimeLimits, start: Instant) -> Self {
        Self {
            flight,
            limits,
            start,
        }
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Arc<Endpoint> {
        self.flight.endpoint()
    }

    /// How long the exchange may take.
    pub fn limits(&self) -> TimeLimits {
        self.limits
    }

    /// By when what of the exchange must be there.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::begin(self.start, self.limits)
    }

    /// The request in flight.
    pub(crate) fn into_flight(self) -> Flight {
        self.flight
    }
}

impl Fact for ChosenEndpoint {
    const NAME: &'static str = "chosen-endpoint";
}

//! Where a request goes.

use std::sync::Arc;

use gateway_core::facts::Fact;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::flight::Flight;
use crate::pool::Deadline;
use crate::retry::RetryPolicy;
use crate::time_limits::TimeLimits;

/// The endpoint a request goes to and how long that may take; travels inward, from the
/// [`LoadBalanceLayer`](crate::LoadBalanceLayer) to the [`EndpointClient`](crate::EndpointClient) and
/// whatever stands between them.
///
/// ```
/// use axum_core::body::Body;
/// use http::Request;
/// use layer_lb::ChosenEndpoint;
///
/// /// What a layer between the choice and the client may look at.
/// fn chosen(request: &Request<Body>) -> Option<&str> {
///     let chosen = request.extensions().get::<ChosenEndpoint>()?;
///     Some(chosen.endpoint().authority())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ChosenEndpoint {
    flight: Flight,
    limits: TimeLimits,
    start: Instant,
    /// When the response must have begun at the latest, whatever the limits.
    end: Option<Instant>,
    /// When the request is wanted back.
    retry: Option<Arc<RetryPolicy>>,
}

impl ChosenEndpoint {
    /// Sends a request, `flight` since `start`, to its endpoint within `limits`.
    pub(crate) fn new(flight: Flight, limits: TimeLimits, start: Instant) -> Self {
        Self {
            flight,
            limits,
            start,
            end: None,
            retry: None,
        }
    }

    /// The response must have begun at `end`, whatever the limits.
    pub(crate) fn until(mut self, end: Instant) -> Self {
        self.end = Some(end);
        self
    }

    /// The request is wanted back where `policy` lets it be sent again.
    pub(crate) fn wanted_back(mut self, policy: Arc<RetryPolicy>) -> Self {
        self.retry = Some(policy);
        self
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
        Deadline::begin(self.start, self.limits, self.end)
    }

    /// When the request is wanted back.
    pub(crate) fn take_retry(&mut self) -> Option<Arc<RetryPolicy>> {
        self.retry.take()
    }

    /// The request in flight.
    pub(crate) fn into_flight(self) -> Flight {
        self.flight
    }
}

impl Fact for ChosenEndpoint {
    const NAME: &'static str = "chosen-endpoint";
}

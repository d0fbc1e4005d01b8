//! Where a request goes.

use std::sync::Arc;

use gateway_core::facts::Fact;

use crate::endpoint::Endpoint;
use crate::time_limits::TimeLimits;

/// The endpoint a request goes to and how long that may take; travels inward, from the
/// [`LoadBalanceLayer`](crate::LoadBalanceLayer) to the [`EndpointClient`](crate::EndpointClient) and
/// whatever stands between them.
#[derive(Clone, Debug)]
pub struct ChosenEndpoint {
    endpoint: Arc<Endpoint>,
    limits: TimeLimits,
}

impl ChosenEndpoint {
    /// Sends a request to `endpoint` within `limits`.
    pub fn new(endpoint: Arc<Endpoint>, limits: TimeLimits) -> Self {
        Self { endpoint, limits }
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// How long the exchange may take.
    pub fn limits(&self) -> TimeLimits {
        self.limits
    }
}

impl Fact for ChosenEndpoint {
    const NAME: &'static str = "chosen-endpoint";
}

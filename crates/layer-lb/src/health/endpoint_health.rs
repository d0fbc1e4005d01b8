//! What is known of an endpoint's health.

/// What is known of an endpoint's health.
#[derive(Debug, Default)]
pub(crate) struct EndpointHealth {}

impl EndpointHealth {
    /// Whether the endpoint may be chosen.
    pub(crate) fn is_available(&self) -> bool {
        true
    }
}

//! Whether an endpoint may be chosen.

mod endpoint_health;

pub(crate) use endpoint_health::EndpointHealth;

//! Which endpoint answered.

use std::sync::Arc;

use super::Fact;

/// The upstream and the endpoint that answered; travels outward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedBy {
    /// The name of the upstream.
    pub upstream: Arc<str>,
    /// The endpoint, as `host:port`.
    pub endpoint: Arc<str>,
}

impl Fact for ServedBy {
    const NAME: &'static str = "served-by";
}

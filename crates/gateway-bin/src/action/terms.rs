//! What a route asks of the way to its upstreams.

use std::time::Duration;

use layer_lb::{ClassRule, RetryRules};

/// What a route asks of the way to its upstreams; what it leaves out is as each upstream says.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// How long the response may take to begin.
    pub timeout: Option<Duration>,
    /// When requests are sent again.
    pub retry: Option<RetryRules>,
    /// How important the requests are.
    pub class: ClassRule,
}

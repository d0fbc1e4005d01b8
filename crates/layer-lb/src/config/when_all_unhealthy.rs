//! `when-all-unhealthy`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens to requests while no endpoint is available.
///
/// ```
/// use layer_lb::WhenAllUnhealthy;
///
/// let fail: WhenAllUnhealthy = serde_json::from_str("\"fail\"").unwrap();
/// assert_ne!(fail, WhenAllUnhealthy::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenAllUnhealthy {
    /// They go to all endpoints as if all were available: the checks may be what is wrong. Envoy's panic mode.
    #[default]
    TryAll,
    /// They are refused with 503 at once, so that a service which is down is left in peace.
    Fail,
}

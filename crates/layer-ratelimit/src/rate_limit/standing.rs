//! Where a caller stands after a request was counted.

use std::time::Duration;

/// Where a caller stands after a request was counted and let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many more requests would pass at this moment.
    pub remaining: u32,
    /// The time after which the whole burst is there again if nothing is asked meanwhile; at most one
    /// request's worth too long.
    pub full_in: Duration,
}

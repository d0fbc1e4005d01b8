//! What is asked of an endpoint before it is chosen.

use tokio::time::Instant;

/// What is asked of an endpoint before it is chosen. An [`Endpoint`](crate::Endpoint) answers from a few atomics; a
/// simulation answers from what it simulates.
///
/// ```
/// use layer_lb::balance::Measured;
/// use tokio::time::Instant;
///
/// /// One that has much to do, and whose latency nobody knows.
/// #[derive(Debug)]
/// struct Busy;
///
/// impl Measured for Busy {
///     fn in_flight(&self) -> usize {
///         1000
///     }
///
///     fn latency(&self, _now: Instant) -> Option<f32> {
///         None
///     }
/// }
/// ```
pub trait Measured {
    /// How many requests are in flight there.
    fn in_flight(&self) -> usize;

    /// What a request takes there at worst, in seconds, by what is known at `now`; `None` where nothing is. See
    /// [`PeakEwma`](super::PeakEwma).
    fn latency(&self, now: Instant) -> Option<f32>;
}

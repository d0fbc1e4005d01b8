//! How long an exchange may take.

use std::time::Duration;

/// How long an exchange with an endpoint may take. A limit of more than a year means a year.
///
/// ```
/// use std::time::Duration;
///
/// use layer_lb::TimeLimits;
///
/// let limits = TimeLimits {
///     request: Duration::from_secs(2),
///     ..TimeLimits::default()
/// };
/// assert_eq!(limits.idle, Duration::from_secs(300));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// From the call, or from the last part of the request's body that was passed on, to the head of the
    /// response. 15 s by default. Envoy's route timeout, but for the body of the response.
    pub request: Duration,
    /// How long nothing may pass in either direction while a response is read. 5 minutes by default. Envoy's
    /// stream idle timeout.
    pub idle: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(15),
            idle: Duration::from_secs(5 * 60),
        }
    }
}

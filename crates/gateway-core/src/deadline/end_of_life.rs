//! How long a connection may live.

use std::time::Duration;

use tokio::time::Instant;

use super::after;

/// When a connection that is opened `now` takes no more requests: `max_age` later, less by up to a tenth at
/// random, so that connections opened together do not end together.
///
/// ```
/// use std::time::Duration;
///
/// use gateway_core::deadline::end_of_life;
/// use tokio::time::Instant;
///
/// let now = Instant::now();
/// let age = end_of_life(now, Duration::from_secs(3600)) - now;
/// assert!((3240..=3600).contains(&age.as_secs()));
/// ```
pub fn end_of_life(now: Instant, max_age: Duration) -> Instant {
    after(now, shortened(max_age, fastrand::f64()))
}

/// `share` is from 0 to 1.
fn shortened(max_age: Duration, share: f64) -> Duration {
    max_age - max_age.mul_f64(share / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_differ_by_up_to_a_tenth() {
        let hour = Duration::from_secs(3600);
        assert_eq!(shortened(hour, 0.0), hour);
        assert_eq!(shortened(hour, 0.5), Duration::from_secs(3420));
        assert_eq!(shortened(hour, 1.0), Duration::from_secs(3240));
        shortened(Duration::MAX, 1.0);
        end_of_life(Instant::now(), Duration::MAX);
    }
}

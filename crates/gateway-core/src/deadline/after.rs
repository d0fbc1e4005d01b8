//! A moment from now, however far.

use std::time::Duration;

use tokio::time::Instant;

/// The moment `limit` after `start`; a limit beyond a year is as good as a year.
///
/// ```
/// use std::time::Duration;
///
/// use gateway_core::deadline::after;
/// use tokio::time::Instant;
///
/// let now = Instant::now();
/// assert_eq!(after(now, Duration::from_secs(5)) - now, Duration::from_secs(5));
/// assert!(after(now, Duration::MAX) > now);
/// ```
pub fn after(start: Instant, limit: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    start + limit.min(YEAR)
}

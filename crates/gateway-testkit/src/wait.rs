//! Waiting for something to come true.

use std::io;
use std::time::Duration;

use tokio::time::{Instant, sleep};

const PAUSE: Duration = Duration::from_millis(5);

/// Waits until `condition` holds, asking every few milliseconds.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use std::time::Duration;
/// use gateway_testkit::wait_until;
///
/// let mut tries = 0;
/// wait_until(Duration::from_secs(1), async || {
///     tries += 1;
///     tries == 3
/// })
/// .await
/// .unwrap();
/// # });
/// ```
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] when it does not come true `within` that time. A condition that never
/// answers counts as false.
pub async fn wait_until(
    within: Duration,
    mut condition: impl AsyncFnMut() -> bool,
) -> io::Result<()> {
    let deadline = Instant::now() + within;
    let waiting = async {
        while !condition().await {
            sleep(PAUSE).await;
        }
    };
    tokio::time::timeout_at(deadline, waiting)
        .await
        .map_err(|_| {
            let message = format!("the condition did not come true within {within:?}");
            io::Error::new(io::ErrorKind::TimedOut, message)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_condition_that_stays_false_is_an_error() {
        let waited = wait_until(Duration::from_millis(20), async || false).await;
        assert_eq!(waited.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_condition_that_hangs_is_an_error() {
        let waited = wait_until(Duration::from_millis(20), async || {
            std::future::pending().await
        })
        .await;
        assert_eq!(waited.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}

//! Whether an endpoint that owes responses is still there.

use std::task::{Context, Poll};
use std::time::Duration;

use gateway_core::deadline::Alarm;
use h2::{Ping, PingPong};
use tokio::time::Instant;

/// How often an endpoint that owes responses is asked whether it is still there.
const INTERVAL: Duration = Duration::from_secs(20);
/// How long it may take to say so.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks an endpoint that owes responses now and then whether it is still there.
#[derive(Debug)]
pub(super) struct KeepAlive {
    ping_pong: Option<PingPong>,
    alarm: Alarm,
    next: Instant,
    is_asked: bool,
}

impl KeepAlive {
    /// Asks by `ping_pong`, the first time after an interval.
    pub(super) fn new(ping_pong: Option<PingPong>) -> Self {
        Self {
            ping_pong,
            alarm: Alarm::default(),
            next: Instant::now() + INTERVAL,
            is_asked: false,
        }
    }

    /// Ready when the endpoint has not answered in time. `is_owed` says whether it owes a response.
    pub(super) fn poll_lost(&mut self, is_owed: bool, cx: &mut Context<'_>) -> Poll<()> {
        let Some(ping_pong) = &mut self.ping_pong else {
            return Poll::Pending;
        };
        loop {
            // A connection that fails is noticed by whoever drives it.
            if self.is_asked && ping_pong.poll_pong(cx).is_ready() {
                self.is_asked = false;
                self.next = Instant::now() + INTERVAL;
            }
            if self.alarm.poll_until(self.next, cx).is_pending() {
                return Poll::Pending;
            }
            if self.is_asked {
                return Poll::Ready(());
            }
            let wait = if is_owed && ping_pong.send_ping(Ping::opaque()).is_ok() {
                self.is_asked = true;
                TIMEOUT
            } else {
                INTERVAL
            };
            self.next = Instant::now() + wait;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{DuplexStream, duplex};
    use tokio::time::timeout;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    /// When the endpoint at the other end is lost, if it is.
    async fn lost_after(endpoint: impl FnOnce(DuplexStream), is_owed: bool) -> Option<u64> {
        let (near, far) = duplex(1 << 20);
        let (_sender, mut connection) = h2::client::handshake(near).await.unwrap();
        endpoint(far);
        let mut keep_alive = KeepAlive::new(connection.ping_pong());
        let driver = tokio::spawn(connection);
        let start = Instant::now();
        let lost = timeout(LONG, poll_fn(|cx| keep_alive.poll_lost(is_owed, cx))).await;
        driver.abort();
        lost.ok().map(|()| start.elapsed().as_secs())
    }

    fn answering(far: DuplexStream) {
        tokio::spawn(async move {
            let mut connection = h2::server::handshake(far).await.unwrap();
            while connection.accept().await.is_some() {}
        });
    }

    fn silent(far: DuplexStream) {
        tokio::spawn(async move {
            tokio::time::sleep(2 * LONG).await;
            drop(far);
        });
    }

    #[tokio::test(start_paused = true)]
    async fn only_an_endpoint_that_owes_and_is_silent_is_lost() {
        assert_eq!(lost_after(silent, true).await, Some(30));
        assert_eq!(lost_after(silent, false).await, None);
        assert_eq!(lost_after(answering, true).await, None);
    }
}

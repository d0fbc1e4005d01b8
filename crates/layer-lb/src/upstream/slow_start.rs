//! The task that gives endpoints their weight back bit by bit.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use super::weak::WeakUpstream;

/// In how many steps an endpoint gets its whole weight.
const STEPS: u32 = 20;
/// Steps shorter than this would be seen by nobody.
const SHORTEST_STEP: Duration = Duration::from_millis(50);

/// Has the choice of endpoints look anew at how warm they are, as long as one of them is not after `window`. `is_cold`
/// is notified whenever one was found so.
pub(super) async fn warm_up(upstream: WeakUpstream, is_cold: Arc<Notify>, window: Duration) {
    let step = (window / STEPS).max(SHORTEST_STEP);
    loop {
        is_cold.notified().await;
        sleep(step).await;
        let Some(upstream) = upstream.upgrade() else {
            return;
        };
        upstream.rebuild();
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::{Choice, Tried};
    use crate::config::{EndpointConfig, UpstreamConfig};
    use crate::upstream::Upstream;

    use super::*;

    /// How many of 1,000 requests go to the second endpoint.
    fn share(upstream: &Upstream) -> usize {
        let second = &upstream.endpoints()[1];
        let tried = Tried::default();
        let chosen = (0..1000).filter_map(|_| upstream.choose(Choice::new(&tried)));
        chosen
            .filter(|flight| Arc::ptr_eq(flight.endpoint(), second))
            .count()
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_joins_gets_its_share_bit_by_bit() {
        let [first, second] =
            [1, 2].map(|port| format!("http://127.0.0.1:{port}").parse().unwrap());
        let mut config = UpstreamConfig::new([first]);
        config.slow_start = gateway_core::config::Duration::from_secs(30).into();
        config.balance = crate::config::BalanceConfig::RoundRobin;
        let upstream = Upstream::build("test", &config).unwrap();
        upstream.start();
        sleep(Duration::from_secs(60)).await;
        let both = [(*config.endpoints[0]).clone(), EndpointConfig::from(second)];
        upstream.set_endpoints(&both);
        for (at, least, most) in [(0, 80, 100), (15, 300, 340), (31, 495, 505)] {
            tokio::time::advance(Duration::ZERO).await;
            let share = share(&upstream);
            assert!((least..=most).contains(&share), "{share} after {at} s");
            sleep(Duration::from_secs(15) + Duration::from_millis(500)).await;
        }
    }
}

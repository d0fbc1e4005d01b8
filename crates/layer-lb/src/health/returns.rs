//! The task that ends ejections, and that compares rates of success.

use std::future::pending;
use std::sync::Arc;

use gateway_core::deadline::after;
use tokio::time::{Instant, sleep_until};

use super::eject::{Reason, eject};
use super::outliers::outliers;
use super::upstream_health::{EjectionPolicy, UpstreamHealth};
use crate::upstream::{Upstream, WeakUpstream};

/// Ends each ejection when its time is over, and looks at the rates of success at the end of each window.
pub(super) async fn return_ejected(
    upstream: WeakUpstream,
    health: Arc<UpstreamHealth>,
    policy: EjectionPolicy,
) {
    let window = policy.success_rate.map(|(window, _)| window);
    let mut window_end = window.map(|window| after(Instant::now(), window));
    loop {
        let next_return = {
            let Some(upstream) = upstream.upgrade() else {
                return;
            };
            let now = Instant::now();
            end_ejections(&upstream, now);
            if let (Some(window), Some(end)) = (window, window_end)
                && end <= now
            {
                eject_outliers(&upstream, &policy);
                window_end = Some(after(now, window));
            }
            let endpoints = upstream.endpoints();
            let until = endpoints
                .iter()
                .filter_map(|it| it.health().ejected_until());
            until.min()
        };
        let due = async {
            match next_return.into_iter().chain(window_end).min() {
                Some(moment) => sleep_until(moment).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = health.ejected.notified() => {}
        }
    }
}

fn end_ejections(upstream: &Upstream, now: Instant) {
    let mut is_any_back = false;
    for endpoint in upstream.endpoints() {
        if endpoint.health().end_ejection(now) {
            is_any_back = true;
            upstream.counters().ejections_ended.increment();
            tracing::info!(
                upstream = upstream.name(),
                endpoint = endpoint.authority(),
                reason = "its time is over",
                "an endpoint is ejected no longer"
            );
        }
    }
    if is_any_back {
        upstream.rebuild();
    }
}

fn eject_outliers(upstream: &Upstream, policy: &EjectionPolicy) {
    let Some((_, rule)) = policy.success_rate else {
        return;
    };
    let endpoints = upstream.endpoints();
    let windows: Vec<_> = endpoints
        .iter()
        .map(|endpoint| endpoint.health().close_window())
        .collect();
    for index in outliers(&windows, rule) {
        if let Some(endpoint) = endpoints.get(index) {
            eject(upstream, policy, endpoint, Reason::SuccessRate);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum_core::body::Body;
    use http::Response;
    use tokio::time::{Instant, sleep};

    use crate::config::{EjectionConfig, EjectionTable, SuccessRateConfig, UpstreamConfig};
    use crate::outcome::Ending;
    use crate::upstream::Upstream;

    fn upstream(count: u16, ejection: EjectionTable) -> Upstream {
        let urls = (1..=count).map(|port| format!("http://127.0.0.1:{port}").parse().unwrap());
        let mut config = UpstreamConfig::new(urls);
        config.ejection = EjectionConfig::On(ejection);
        let upstream = Upstream::build("test", &config).unwrap();
        upstream.start();
        upstream
    }

    /// So many requests end with `status` at an endpoint.
    fn observe(upstream: &Upstream, index: usize, status: u16, count: usize) {
        let endpoint = &upstream.endpoints()[index];
        let response = Response::builder().status(status).body(Body::empty());
        let ending = Ending::of(&response.unwrap());
        for _ in 0..count {
            upstream.observe(endpoint, ending, Instant::now());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_ejection_takes_its_time_and_the_next_one_longer() {
        let upstream = upstream(2, EjectionTable::default());
        for seconds in [30, 60, 90] {
            observe(&upstream, 0, 500, 4);
            observe(&upstream, 0, 200, 1);
            observe(&upstream, 0, 500, 4);
            assert_eq!(upstream.available_endpoints(), 2);
            observe(&upstream, 0, 500, 1);
            assert_eq!(upstream.available_endpoints(), 1);
            sleep(Duration::from_secs(seconds) - Duration::from_millis(10)).await;
            assert_eq!(upstream.available_endpoints(), 1, "{seconds}");
            sleep(Duration::from_millis(20)).await;
            assert_eq!(upstream.available_endpoints(), 2, "{seconds}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_ends_while_an_endpoint_is_ejected_does_not_count_against_it() {
        let upstream = upstream(2, EjectionTable::default());
        observe(&upstream, 0, 500, 40);
        assert_eq!(upstream.counters().ejected_consecutive.get(), 1);
        sleep(Duration::from_secs(31)).await;
        observe(&upstream, 0, 500, 4);
        assert_eq!(upstream.available_endpoints(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn rates_of_success_are_compared_at_the_end_of_a_window() {
        let ejection = EjectionTable {
            success_rate: Some(SuccessRateConfig::default()),
            ..EjectionTable::default()
        };
        let upstream = upstream(5, ejection);
        let traffic = || {
            for index in 0..5 {
                let failures = if index == 3 { 4 } else { 0 };
                for _ in 0..10 {
                    observe(&upstream, index, 200, 10 - failures);
                    observe(&upstream, index, 503, failures);
                }
            }
        };
        traffic();
        sleep(Duration::from_millis(9_990)).await;
        assert_eq!(upstream.available_endpoints(), 5);
        sleep(Duration::from_millis(20)).await;
        assert!(!upstream.endpoints()[3].health().is_available());
        assert_eq!(upstream.available_endpoints(), 4);
        assert_eq!(upstream.counters().ejected_success_rate.get(), 1);
        // Four that are alike have nobody among them who stands out.
        traffic();
        sleep(Duration::from_secs(10)).await;
        assert_eq!(upstream.available_endpoints(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn the_task_ends_with_its_upstream() {
        let upstream = upstream(2, EjectionTable::default());
        observe(&upstream, 0, 500, 5);
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert_eq!(alive, 1);
        drop(upstream);
        sleep(Duration::from_millis(1)).await;
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert_eq!(alive, 0);
    }
}

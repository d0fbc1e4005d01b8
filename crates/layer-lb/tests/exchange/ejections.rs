//! Endpoints that fail requests are taken out for a while.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use gateway_core::config::{Duration, Percent};
use layer_lb::{
    BalanceConfig, EjectionConfig, EjectionTable, EndpointClient, HealthCheckConfig,
    LoadBalanceLayer, SuccessRateConfig, Upstream, UpstreamConfig,
};
use tower::Layer;

use crate::support::{Endpoint, Proxy, eventually, get, retrying};

/// An endpoint that fails one of `every` requests while it is told to; checks never fail.
async fn failing(every: usize) -> (Endpoint, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&fails);
    let count = Arc::new(AtomicUsize::new(0));
    let endpoint = Endpoint::http1(move |request: Request<hyper::body::Incoming>| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        let is_check = request.uri().path() == "/healthz";
        let fails = told.load(Ordering::SeqCst) && number.is_multiple_of(every) && !is_check;
        async move {
            let mut response = Response::new(Body::empty());
            if fails {
                *response.status_mut() = StatusCode::BAD_GATEWAY;
            }
            response
        }
    })
    .await;
    (endpoint, fails)
}

async fn good() -> Endpoint {
    Endpoint::http1(async |_| Response::new(Body::empty())).await
}

/// Each request is tried once, by endpoints in turn, so that it is known which get how many.
fn config(addresses: &[SocketAddr]) -> UpstreamConfig {
    UpstreamConfig {
        balance: BalanceConfig::RoundRobin,
        ..crate::support::config(addresses)
    }
}

fn start(addresses: &[SocketAddr], ejection: EjectionTable) -> (Upstream, Proxy) {
    let mut config = config(addresses);
    config.ejection = EjectionConfig::On(ejection);
    start_as(&config)
}

fn start_as(config: &UpstreamConfig) -> (Upstream, Proxy) {
    let upstream = Upstream::build("test", config).unwrap();
    let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
    (upstream, proxy)
}

/// How many of `count` requests fail.
async fn failures(proxy: &Proxy, count: usize) -> usize {
    let mut failures = 0;
    for _ in 0..count {
        let response = get(proxy).await;
        failures += usize::from(response.status().is_server_error());
    }
    failures
}

#[tokio::test]
async fn server_errors_eject_until_the_time_is_over() {
    let (bad, fails) = failing(1).await;
    let good = good().await;
    let ejection = EjectionTable {
        time: Duration::from_secs(1).into(),
        ..EjectionTable::default()
    };
    let (upstream, proxy) = start(&[bad.address, good.address], ejection);
    assert_eq!(failures(&proxy, 10).await, 5);
    assert_eq!(upstream.counters().ejected_consecutive.get(), 1);
    assert_eq!(upstream.available_endpoints(), 1);
    fails.store(false, Ordering::SeqCst);
    eventually(|| upstream.available_endpoints() == 2).await;
    assert_eq!(upstream.counters().ejections_ended.get(), 1);
    assert_eq!(failures(&proxy, 10).await, 0);
}

#[tokio::test]
async fn an_endpoint_that_is_away_is_ejected_by_default() {
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let (upstream, proxy) = start_as(&config(&[closed, good().await.address]));
    failures(&proxy, 10).await;
    assert_eq!(upstream.available_endpoints(), 1);
    assert_eq!(failures(&proxy, 10).await, 0);
}

#[tokio::test]
async fn resets_and_silence_eject_too() {
    let resetting = Endpoint::raw(|_, stream| async move { drop(stream) }).await;
    let silent = Endpoint::answering(b"").await;
    for bad in [resetting.address, silent.address] {
        let mut config = config(&[bad, good().await.address]);
        config.timeout.request = Duration::from_millis(50).into();
        let (upstream, proxy) = start_as(&config);
        failures(&proxy, 10).await;
        assert_eq!(upstream.available_endpoints(), 1);
    }
}

#[tokio::test]
async fn by_default_clients_see_no_error_until_an_endpoint_is_ejected() {
    let resetting = Endpoint::raw(|_, stream| async move { drop(stream) }).await;
    let (upstream, proxy) = start_as(&retrying(&[resetting.address, good().await.address]));
    let mut sent = 0;
    while upstream.available_endpoints() == 2 {
        assert_eq!(failures(&proxy, 1).await, 0, "after {sent}");
        sent += 1;
        assert!(sent < 100, "it is not ejected");
    }
    assert_eq!(upstream.counters().ejected_consecutive.get(), 1);
}

#[tokio::test]
async fn the_last_one_is_never_ejected() {
    let (first, _) = failing(1).await;
    let (second, _) = failing(1).await;
    let ejection = EjectionTable {
        max: Percent::new(100.0),
        ..EjectionTable::default()
    };
    let (upstream, proxy) = start(&[first.address, second.address], ejection);
    assert_eq!(failures(&proxy, 40).await, 40);
    assert_eq!(upstream.available_endpoints(), 1);
    assert_eq!(upstream.counters().ejected_consecutive.get(), 1);
    assert!(upstream.counters().ejections_prevented.get() >= 1);
}

#[tokio::test]
async fn no_more_than_the_share_are_ejected() {
    let mut addresses = Vec::new();
    for _ in 0..4 {
        addresses.push(failing(1).await.0.address);
    }
    let (upstream, proxy) = start(&addresses, EjectionTable::default());
    failures(&proxy, 60).await;
    assert_eq!(upstream.available_endpoints(), 2);
}

#[tokio::test]
async fn a_success_in_between_saves_from_ejection() {
    let (flaky, _) = failing(2).await;
    let good = good().await;
    let (upstream, proxy) = start(&[flaky.address, good.address], EjectionTable::default());
    assert_eq!(failures(&proxy, 40).await, 10);
    assert_eq!(upstream.available_endpoints(), 2);
}

#[tokio::test]
async fn off_is_off() {
    let (bad, _) = failing(1).await;
    let good = good().await;
    let mut config = config(&[bad.address, good.address]);
    config.ejection = EjectionConfig::Off;
    let (upstream, proxy) = start_as(&config);
    assert_eq!(failures(&proxy, 40).await, 20);
    assert_eq!(upstream.available_endpoints(), 2);
}

#[tokio::test]
async fn a_check_that_passes_ends_an_ejection() {
    let (bad, fails) = failing(1).await;
    let good = good().await;
    let mut config = config(&[bad.address, good.address]);
    config.ejection = EjectionConfig::On(EjectionTable {
        time: Duration::from_secs(300).into(),
        ..EjectionTable::default()
    });
    for (check, ends) in [
        (HealthCheckConfig::tcp(), false),
        (HealthCheckConfig::http("/healthz"), true),
    ] {
        fails.store(true, Ordering::SeqCst);
        let check = HealthCheckConfig {
            interval: Duration::from_millis(200).into(),
            ..check
        };
        config.health_check = Some(check.into());
        let (upstream, proxy) = start_as(&config);
        failures(&proxy, 10).await;
        assert_eq!(upstream.counters().ejected_consecutive.get(), 1);
        fails.store(false, Ordering::SeqCst);
        let passed = upstream.counters().checks_passed.get();
        eventually(|| upstream.counters().checks_passed.get() >= passed + 4).await;
        let available = upstream.available_endpoints();
        assert_eq!(
            available,
            if ends { 2 } else { 1 },
            "{check:?}",
            check = config.health_check
        );
    }
}

#[tokio::test]
async fn one_that_fails_more_often_than_the_others_is_ejected() {
    let (flaky, _) = failing(2).await;
    let mut addresses = vec![flaky.address];
    for _ in 0..5 {
        addresses.push(good().await.address);
    }
    let ejection = EjectionTable {
        success_rate: Some(SuccessRateConfig {
            window: Duration::from_secs(1).into(),
            requests: 20.into(),
            ..SuccessRateConfig::default()
        }),
        ..EjectionTable::default()
    };
    let (upstream, proxy) = start(&addresses, ejection);
    assert_eq!(failures(&proxy, 240).await, 20);
    eventually(|| upstream.available_endpoints() == 5).await;
    assert_eq!(upstream.counters().ejected_success_rate.get(), 1);
    assert_eq!(failures(&proxy, 60).await, 0);
}

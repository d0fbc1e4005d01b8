//! What an upstream is not given to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use gateway_core::config::Duration as Time;
use layer_lb::{
    CircuitBreakerConfig, Class, EndpointClient, LoadBalanceLayer, Upstream, UpstreamConfig,
};
use tokio::sync::Semaphore;
use tower::Layer;

use crate::support::{Endpoint, Proxy, code, eventually, get, request, send, text};

/// An endpoint that answers once it is told to, and knows the most requests it had at once.
struct Patient {
    endpoint: Endpoint,
    go: Arc<Semaphore>,
    most: Arc<AtomicUsize>,
    now: Arc<AtomicUsize>,
}

impl Patient {
    async fn new() -> Self {
        let go = Arc::new(Semaphore::new(0));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = (Arc::clone(&go), Arc::clone(&now), Arc::clone(&most));
        let endpoint = Endpoint::http1(move |_| {
            let (go, now, most) = seen.clone();
            async move {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                go.acquire().await.unwrap().forget();
                now.fetch_sub(1, SeqCst);
                Response::new(Body::from("ok"))
            }
        })
        .await;
        Self {
            endpoint,
            go,
            most,
            now,
        }
    }

    fn upstream(&self, requests: usize) -> Upstream {
        let mut config = self.endpoint.config();
        config.limits.requests = Some(requests.into());
        Upstream::build("test", &config).unwrap()
    }
}

fn proxy(upstream: &Upstream, class: Class) -> Proxy {
    LoadBalanceLayer::new(upstream.clone())
        .class(class)
        .layer(EndpointClient::new())
}

#[tokio::test]
async fn no_more_requests_in_flight_than_are_allowed() {
    let patient = Patient::new().await;
    let upstream = patient.upstream(2);
    let proxy = proxy(&upstream, Class::Default);
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move { get(&proxy).await })
        })
        .collect();
    eventually(|| patient.now.load(SeqCst) == 2).await;
    let refused = get(&proxy).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(code(&refused), "upstream/overloaded");
    patient.go.add_permits(2);
    for response in waiting {
        assert_eq!(text(response.await.unwrap()).await, "ok");
    }
    assert_eq!(upstream.in_flight(), 0);
    patient.go.add_permits(1);
    assert_eq!(text(get(&proxy).await).await, "ok");
    assert_eq!(upstream.counters().capped.get(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_cap_is_exact_for_many_at_once() {
    let patient = Patient::new().await;
    let upstream = patient.upstream(8);
    let proxy = proxy(&upstream, Class::Default);
    let requests: Vec<_> = (0..200)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move { get(&proxy).await.status() })
        })
        .collect();
    eventually(|| upstream.counters().capped.get() == 192).await;
    patient.go.add_permits(8);
    let mut passed = 0;
    for response in requests {
        passed += usize::from(response.await.unwrap() == StatusCode::OK);
    }
    assert_eq!((passed, patient.most.load(SeqCst)), (8, 8));
}

#[tokio::test]
async fn the_background_makes_room_for_what_is_critical() {
    let patient = Patient::new().await;
    let upstream = patient.upstream(2);
    let background = proxy(&upstream, Class::Background);
    let critical = proxy(&upstream, Class::Critical);
    let first = background.clone();
    let first = tokio::spawn(async move { text(get(&first).await).await });
    eventually(|| patient.now.load(SeqCst) == 1).await;
    let refused = get(&background).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(code(&refused), "upstream/shed");
    patient.go.add_permits(2);
    assert_eq!(text(get(&critical).await).await, "ok");
    assert_eq!(first.await.unwrap(), "ok");
    assert_eq!(upstream.counters().shed_background.get(), 1);
}

fn breaking(endpoint: &Endpoint) -> UpstreamConfig {
    let mut config = endpoint.config();
    config.circuit_breaker = Some(CircuitBreakerConfig {
        at_least: 4.into(),
        trial: 1.into(),
        open: Time::from_millis(200).into(),
        recovery: Time::from_secs(0),
        ..CircuitBreakerConfig::default()
    });
    config
}

fn state(upstream: &Upstream) -> &'static str {
    let now = upstream.circuit().find(|(_, is_now)| *is_now);
    now.map_or("none", |(state, _)| state)
}

#[tokio::test]
async fn a_circuit_opens_and_closes_again() {
    let (sick, served) = (
        Arc::new(AtomicBool::new(true)),
        Arc::new(AtomicUsize::new(0)),
    );
    let seen = (Arc::clone(&sick), Arc::clone(&served));
    let endpoint = Endpoint::http1(move |_| {
        let (sick, served) = seen.clone();
        async move {
            served.fetch_add(1, SeqCst);
            let status = if sick.load(SeqCst) { 500 } else { 200 };
            Response::builder()
                .status(status)
                .body(Body::from("ok"))
                .unwrap()
        }
    })
    .await;
    let upstream = Upstream::build("test", &breaking(&endpoint)).unwrap();
    let proxy = proxy(&upstream, Class::Default);
    assert_eq!(state(&upstream), "closed");
    for _ in 0..4 {
        assert_eq!(get(&proxy).await.status(), 500);
    }
    assert_eq!(state(&upstream), "open");
    let before = served.load(SeqCst);
    let refused = get(&proxy).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(code(&refused), "upstream/circuit-open");
    assert_eq!(refused.headers()["retry-after"], "1");
    let mut call = request("POST", Body::empty());
    let grpc = "application/grpc".parse().unwrap();
    call.headers_mut().insert("content-type", grpc);
    assert_eq!(send(&proxy, call).await.headers()["grpc-status"], "14");
    assert_eq!(served.load(SeqCst), before, "nothing reached the upstream");

    sick.store(false, SeqCst);
    let mut tries = 0;
    while get(&proxy).await.status() != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        tries += 1;
        assert!(tries < 250, "it stays {}", state(&upstream));
    }
    assert_eq!(text(get(&proxy).await).await, "ok");
    assert_eq!(state(&upstream), "closed");
    let counters = upstream.counters();
    assert_eq!(counters.circuit_opened.get(), 1);
    assert_eq!(counters.circuit_closed.get(), 1);
    assert!(counters.circuit_refused.get() >= 2);
}

#[tokio::test]
async fn an_adaptive_limit_is_shown_and_kept() {
    let patient = Patient::new().await;
    let mut config = patient.endpoint.config();
    config.concurrency = Some(layer_lb::ConcurrencyConfig::default());
    let upstream = Upstream::build("test", &config).unwrap();
    let limit = upstream.concurrency_limit().unwrap();
    let proxy = proxy(&upstream, Class::Default);
    let waiting: Vec<_> = (0..limit)
        .map(|_| {
            let proxy = proxy.clone();
            tokio::spawn(async move { get(&proxy).await.status() })
        })
        .collect();
    eventually(|| patient.now.load(SeqCst) == limit).await;
    assert_eq!(code(&get(&proxy).await), "upstream/overloaded");
    assert_eq!(upstream.counters().limited.get(), 1);
    patient.go.add_permits(limit);
    for response in waiting {
        assert_eq!(response.await.unwrap(), 200);
    }
}

//! Health checks of endpoints that are well and unwell on demand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration as Time;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use gateway_core::config::Duration;
use http_body_util::channel::Channel;
use layer_lb::{
    EndpointClient, ExpectConfig, HealthCheckConfig, LoadBalanceLayer, Protocol, Upstream,
    UpstreamConfig, WhenAllUnhealthy,
};
use tower::Layer;

use crate::support::{Endpoint, Proxy, code, config, eventually, get, text};

/// An endpoint that is well while it is told to be, and counts what it is asked.
struct Patient {
    endpoint: Endpoint,
    is_well: Arc<AtomicBool>,
    checks: Arc<AtomicUsize>,
}

impl Patient {
    async fn new(is_well: bool) -> Self {
        let is_well = Arc::new(AtomicBool::new(is_well));
        let checks = Arc::new(AtomicUsize::new(0));
        let (told, count) = (Arc::clone(&is_well), Arc::clone(&checks));
        let handler = move |request: Request<hyper::body::Incoming>| {
            let is_check = request.uri().path() == "/healthz";
            count.fetch_add(usize::from(is_check), Ordering::SeqCst);
            let status = if is_check && !told.load(Ordering::SeqCst) {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::OK
            };
            async move {
                let mut response = Response::new(Body::from("all is well"));
                *response.status_mut() = status;
                response
            }
        };
        Self {
            endpoint: Endpoint::http1(handler).await,
            is_well,
            checks,
        }
    }

    fn set(&self, is_well: bool) {
        self.is_well.store(is_well, Ordering::SeqCst);
    }

    fn checks(&self) -> usize {
        self.checks.load(Ordering::SeqCst)
    }
}

/// Every tenth of a second, which is as often as may be.
fn often(check: HealthCheckConfig) -> HealthCheckConfig {
    HealthCheckConfig {
        interval: Duration::from_millis(100).into(),
        timeout: Duration::from_millis(500).into(),
        ..check
    }
}

fn checked(addresses: &[SocketAddr], check: HealthCheckConfig) -> UpstreamConfig {
    let mut config = config(addresses);
    config.health_check = Some(often(check).into());
    config
}

fn start(config: &UpstreamConfig) -> (Upstream, Proxy) {
    let upstream = Upstream::build("test", config).unwrap();
    upstream.start();
    let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
    (upstream, proxy)
}

#[tokio::test]
async fn an_endpoint_that_is_unwell_gets_no_requests_until_it_is_well_again() {
    let (good, bad) = (Patient::new(true).await, Patient::new(true).await);
    let addresses = [good.endpoint.address, bad.endpoint.address];
    let config = checked(&addresses, HealthCheckConfig::http("/healthz"));
    let (upstream, proxy) = start(&config);
    assert_eq!(upstream.available_endpoints(), 2, "before the first check");
    eventually(|| upstream.counters().checks_passed.get() >= 4).await;

    bad.set(false);
    eventually(|| upstream.available_endpoints() == 1).await;
    for _ in 0..6 {
        let response = get(&proxy).await;
        let served_by = response.extensions().get::<gateway_core::facts::ServedBy>();
        assert_eq!(*served_by.unwrap().endpoint, addresses[0].to_string());
    }
    // Three failed before it was out.
    assert!(upstream.counters().checks_failed.get() >= 3);
    assert_eq!(upstream.counters().became_unhealthy.get(), 1);

    bad.set(true);
    eventually(|| upstream.available_endpoints() == 2).await;
    assert_eq!(upstream.counters().became_healthy.get(), 1);
}

#[tokio::test]
async fn the_first_check_decides_alone() {
    let bad = Patient::new(false).await;
    let mut check = HealthCheckConfig::http("/healthz");
    check.unhealthy = 100.into();
    check.healthy = 100.into();
    let (upstream, _) = start(&checked(&[bad.endpoint.address], check));
    eventually(|| upstream.available_endpoints() == 0).await;
    bad.set(true);
    eventually(|| upstream.available_endpoints() == 1).await;
}

#[tokio::test]
async fn when_all_are_unwell() {
    let (first, second) = (Patient::new(false).await, Patient::new(false).await);
    let addresses = [first.endpoint.address, second.endpoint.address];
    let mut config = checked(&addresses, HealthCheckConfig::http("/healthz"));
    let (upstream, proxy) = start(&config);
    eventually(|| upstream.available_endpoints() == 0).await;
    assert_eq!(get(&proxy).await.status(), StatusCode::OK, "all are tried");

    config.when_all_unhealthy = WhenAllUnhealthy::Fail;
    let (upstream, proxy) = start(&config);
    eventually(|| upstream.available_endpoints() == 0).await;
    let response = get(&proxy).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(code(&response), "upstream/no-endpoint");
    first.set(true);
    eventually(|| upstream.available_endpoints() == 1).await;
    assert_eq!(text(get(&proxy).await).await, "all is well");
}

#[tokio::test]
async fn one_that_hangs_holds_up_no_other() {
    let silent = Endpoint::answering(b"").await;
    let good = Patient::new(true).await;
    let addresses = [silent.address, good.endpoint.address];
    let mut check = often(HealthCheckConfig::http("/healthz"));
    check.timeout = Duration::from_secs(3600).into();
    let mut config = config(&addresses);
    config.health_check = Some(check.into());
    let (_upstream, _) = start(&config);
    eventually(|| good.checks() >= 5).await;
    assert_eq!(silent.accepted(), 1, "a check that hangs is not repeated");
}

#[tokio::test]
async fn silence_and_closed_ports_are_found_out() {
    let silent = Endpoint::answering(b"").await;
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let check = HealthCheckConfig::http("/healthz");
    let (upstream, _) = start(&checked(&[silent.address, closed], check));
    eventually(|| upstream.available_endpoints() == 0).await;
    // A connection to the silent one comes about all the same.
    let (upstream, _) = start(&checked(
        &[silent.address, closed],
        HealthCheckConfig::tcp(),
    ));
    eventually(|| upstream.available_endpoints() == 1).await;
    eventually(|| upstream.counters().checks_passed.get() >= 3).await;
    assert_eq!(upstream.available_endpoints(), 1);
}

#[tokio::test]
async fn over_http2_the_same_is_asked() {
    let is_well = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&is_well);
    let endpoint = Endpoint::http2(move |request: Request<hyper::body::Incoming>| {
        assert_eq!(request.uri().authority().unwrap(), "shop.example");
        assert_eq!(request.headers()["user-agent"], "portcullis-health-check");
        let told = Arc::clone(&told);
        async move {
            let well = told.load(Ordering::SeqCst);
            Response::new(Body::from(if well { "ready" } else { "starting" }))
        }
    })
    .await;
    let mut check = HealthCheckConfig::http("/healthz");
    check.host = Some(
        "shop.example"
            .parse::<gateway_core::config::HeaderValue>()
            .unwrap()
            .into(),
    );
    let expect = ExpectConfig {
        body: Some("ready".to_owned().into()),
        ..ExpectConfig::default()
    };
    check.expect = Some(expect.into());
    let mut config = checked(&[endpoint.address], check);
    config.protocol = Protocol::Http2;
    let (upstream, _) = start(&config);
    eventually(|| upstream.counters().checks_passed.get() >= 2).await;
    is_well.store(false, Ordering::SeqCst);
    eventually(|| upstream.available_endpoints() == 0).await;
    is_well.store(true, Ordering::SeqCst);
    eventually(|| upstream.available_endpoints() == 1).await;
}

/// What a gRPC server answers: a message that says `status`, and trailers.
async fn grpc_answer(status: u8, grpc_status: &'static str) -> Response<Body> {
    let (mut sender, body) = Channel::<Bytes>::new(2);
    let message = Bytes::copy_from_slice(&[0, 0, 0, 0, 2, 8, status]);
    sender.send_data(message).await.unwrap();
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", grpc_status.parse().unwrap());
    sender.send_trailers(trailers).await.unwrap();
    let mut response = Response::new(Body::new(body));
    let grpc = "application/grpc".parse().unwrap();
    response.headers_mut().insert("content-type", grpc);
    response
}

#[tokio::test]
async fn by_grpc_the_service_must_say_that_it_serves() {
    let state = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&state);
    let endpoint = Endpoint::http2(move |request: Request<hyper::body::Incoming>| {
        let told = Arc::clone(&told);
        async move {
            assert_eq!(request.uri().path(), "/grpc.health.v1.Health/Check");
            assert_eq!(request.headers()["te"], "trailers");
            let body = axum::body::to_bytes(Body::new(request.into_body()), 1024).await;
            assert_eq!(
                body.unwrap(),
                Bytes::from_static(b"\0\0\0\0\x06\x0a\x04shop")
            );
            match told.load(Ordering::SeqCst) {
                0 => grpc_answer(1, "0").await,
                1 => grpc_answer(2, "0").await,
                2 => grpc_answer(1, "14").await,
                // Trailers alone: the server knows no such service.
                _ => {
                    let response = Response::builder().header("grpc-status", "5");
                    response.body(Body::empty()).unwrap()
                }
            }
        }
    })
    .await;
    let (upstream, _) = start(&checked(
        &[endpoint.address],
        HealthCheckConfig::grpc("shop"),
    ));
    eventually(|| upstream.counters().checks_passed.get() >= 2).await;
    for unwell in 1..=3 {
        state.store(unwell, Ordering::SeqCst);
        eventually(|| upstream.available_endpoints() == 0).await;
        state.store(0, Ordering::SeqCst);
        eventually(|| upstream.available_endpoints() == 1).await;
    }
}

#[tokio::test]
async fn while_there_are_no_requests_checks_are_rare() {
    let good = Patient::new(true).await;
    let mut check = HealthCheckConfig::http("/healthz");
    check.interval_idle = Some(Duration::from_secs(3600).into());
    let (_upstream, proxy) = start(&checked(&[good.endpoint.address], check));
    eventually(|| good.checks() >= 1).await;
    // A few until there has been nothing for an interval, and then none.
    tokio::time::sleep(Time::from_secs(1)).await;
    let rare = good.checks();
    assert!(rare <= 4, "{rare}");
    for _ in 0..2 {
        let before = good.checks();
        get(&proxy).await;
        eventually(|| good.checks() > before).await;
        tokio::time::sleep(Time::from_millis(500)).await;
    }
}

#[tokio::test]
async fn checks_end_with_their_upstream() {
    let good = Patient::new(true).await;
    let config = checked(
        &[good.endpoint.address],
        HealthCheckConfig::http("/healthz"),
    );
    let (upstream, proxy) = start(&config);
    eventually(|| good.checks() >= 3).await;
    drop((upstream, proxy));
    // One may be under way.
    tokio::time::sleep(Time::from_millis(50)).await;
    let last = good.checks();
    tokio::time::sleep(Time::from_millis(500)).await;
    assert_eq!(good.checks(), last);
}

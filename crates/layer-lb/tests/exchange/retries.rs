//! Requests that are sent again, elsewhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Response, StatusCode};
use gateway_core::config::Percent;
use gateway_core::facts::{Attempts, ServedBy};
use layer_lb::{
    EndpointClient, LoadBalanceLayer, RetryBudgetConfig, RetryConfig, RetryOn, RetryRules,
    RetryTable, Upstream, UpstreamConfig,
};
use tokio::io::AsyncWriteExt;
use tower::Layer;

use crate::support::{Endpoint, Proxy, code, read_head, request, retrying, send, text};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const UNAVAILABLE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy";

/// A port where nobody listens.
pub(crate) async fn dead() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// An endpoint that answers each request with `response`, and the number of requests it got.
pub(crate) async fn counted(response: &'static [u8]) -> (Endpoint, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            while read_head(&mut stream).await.is_some() {
                counter.fetch_add(1, Ordering::SeqCst);
                // Without a response, the connection is closed.
                if response.is_empty() || stream.write_all(response).await.is_err() {
                    return;
                }
            }
        }
    });
    (endpoint.await, requests)
}

/// A proxy before `config`, and its upstream.
pub(crate) fn proxy(config: &UpstreamConfig) -> (Proxy, Upstream) {
    let upstream = Upstream::build("test", config).unwrap();
    let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
    (proxy, upstream)
}

fn attempts(response: &Response<Body>) -> Option<String> {
    let attempts = response.extensions().get::<Attempts>();
    attempts.map(ToString::to_string)
}

fn count(upstream: &Upstream, label: &str) -> u64 {
    let mut counters = upstream.counters().iter();
    let counter = counters.find(|(name, _)| *name == label);
    counter.expect("such a counter").1.get()
}

/// Asks until a request has met trouble: it was tried more than once, or has failed. Returns its response, and how many
/// were well before.
async fn ask_until_trouble(proxy: &Proxy, method: &str) -> (Response<Body>, usize) {
    for well in 0..100 {
        let response = ask(proxy, method).await;
        if attempts(&response).is_some() || response.status() != StatusCode::OK {
            return (response, well);
        }
    }
    panic!("all goes well");
}

async fn ask(proxy: &Proxy, method: &str) -> Response<Body> {
    send(proxy, request(method, Body::empty())).await
}

#[tokio::test]
async fn what_was_never_sent_goes_elsewhere_whatever_the_method() {
    let (alive, _) = counted(OK).await;
    let nobody = dead().await;
    let (proxy, upstream) = proxy(&retrying(&[nobody, alive.address]));
    for method in ["GET", "POST", "PATCH"] {
        let (response, _) = ask_until_trouble(&proxy, method).await;
        assert_eq!(response.status(), StatusCode::OK, "{method}");
        let served_by = response.extensions().get::<ServedBy>().unwrap();
        assert_eq!(*served_by.endpoint, *alive.address.to_string());
        let expected = format!("{nobody}=connect, {}=200", alive.address);
        assert_eq!(attempts(&response), Some(expected), "{method}");
    }
    assert_eq!(count(&upstream, "retried-connect-failure"), 3);
    assert_eq!(count(&upstream, "not-retried-method"), 0);
}

#[tokio::test]
async fn what_may_have_been_handled_goes_elsewhere_if_it_may_be_handled_twice() {
    for (method, status) in [
        ("GET", StatusCode::OK),
        ("DELETE", StatusCode::OK),
        ("POST", StatusCode::BAD_GATEWAY),
    ] {
        let (silent, lost) = counted(b"").await;
        let (alive, served) = counted(OK).await;
        let (proxy, upstream) = proxy(&retrying(&[silent.address, alive.address]));
        let (response, well) = ask_until_trouble(&proxy, method).await;
        assert_eq!(response.status(), status, "{method}: {}", code(&response));
        assert_eq!(lost.load(Ordering::SeqCst), 1, "{method}");
        let is_sent_again = status == StatusCode::OK;
        assert_eq!(
            served.load(Ordering::SeqCst),
            well + usize::from(is_sent_again)
        );
        assert_eq!(count(&upstream, "retried-reset"), u64::from(is_sent_again));
        assert_eq!(
            count(&upstream, "not-retried-method"),
            u64::from(!is_sent_again)
        );
    }
}

#[tokio::test]
async fn a_503_goes_elsewhere_and_the_last_one_is_passed_on() {
    let (busy, refused) = counted(UNAVAILABLE).await;
    let (alive, _) = counted(OK).await;
    let (one_alive, upstream) = proxy(&retrying(&[busy.address, alive.address]));
    let (response, _) = ask_until_trouble(&one_alive, "GET").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(count(&upstream, "retried-status"), 1);
    assert_eq!(refused.load(Ordering::SeqCst), 1);

    let (other, _) = counted(UNAVAILABLE).await;
    let (none_alive, _) = proxy(&retrying(&[busy.address, other.address]));
    let response = ask(&none_alive, "GET").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let attempts = attempts(&response).unwrap();
    assert_eq!(attempts.matches("=503").count(), 2, "{attempts}");
    assert!(attempts.contains(&busy.address.to_string()), "{attempts}");
    assert!(attempts.contains(&other.address.to_string()), "{attempts}");
    assert_eq!(text(response).await, "busy");
}

#[tokio::test]
async fn the_only_endpoint_is_asked_again_after_a_while() {
    let endpoint = Endpoint::raw(|number, mut stream| async move {
        read_head(&mut stream).await;
        if number > 0 {
            let _ = stream.write_all(OK).await;
        }
    });
    let endpoint = endpoint.await;
    let (proxy, _) = proxy(&retrying(&[endpoint.address]));
    let response = ask(&proxy, "GET").await;
    assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
    let expected = format!("{0}=reset, {0}=200", endpoint.address);
    assert_eq!(attempts(&response), Some(expected));
}

#[tokio::test]
async fn a_service_that_asks_for_too_much_patience_is_taken_at_its_word() {
    const SOON: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
    const LATE: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n";
    for (response, requests) in [(SOON, 2), (LATE, 1)] {
        let (busy, asked) = counted(response).await;
        let (proxy, _) = proxy(&retrying(&[busy.address]));
        let response = ask(&proxy, "GET").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key("retry-after"));
        assert_eq!(asked.load(Ordering::SeqCst), requests);
    }
}

#[tokio::test]
async fn where_it_is_off_and_where_a_route_says_so() {
    let (busy, asked) = counted(UNAVAILABLE).await;
    let mut config = retrying(&[busy.address]);
    let (on, upstream) = proxy(&config);
    let off = RetryRules::new(&RetryConfig::Off).unwrap();
    let route = LoadBalanceLayer::new(upstream).retry(&off);
    ask(&route.layer(EndpointClient::new()), "GET").await;
    assert_eq!(asked.swap(0, Ordering::SeqCst), 1, "by the route");
    ask(&on, "GET").await;
    assert_eq!(asked.swap(0, Ordering::SeqCst), 2, "on");

    config.retry = RetryConfig::Off;
    let (off, upstream) = proxy(&config);
    ask(&off, "GET").await;
    assert_eq!(asked.swap(0, Ordering::SeqCst), 1, "by the upstream");
    let bold = RetryTable {
        attempts: Some(3.into()),
        non_idempotent: Some(true),
        ..RetryTable::default()
    };
    let bold = RetryRules::new(&RetryConfig::On(bold)).unwrap();
    let route = LoadBalanceLayer::new(upstream).retry(&bold);
    ask(&route.layer(EndpointClient::new()), "POST").await;
    assert_eq!(
        asked.load(Ordering::SeqCst),
        4,
        "by a route that knows better"
    );
}

#[tokio::test]
async fn the_budget_is_shared_and_ends() {
    let (busy, asked) = counted(UNAVAILABLE).await;
    let mut config = retrying(&[busy.address]);
    config.retry_budget = RetryBudgetConfig {
        share: Percent::new(0.0),
        per_second: 2.into(),
    };
    let (proxy, upstream) = proxy(&config);
    let all = (0..20).map(|_| {
        let proxy = proxy.clone();
        tokio::spawn(async move { ask(&proxy, "GET").await.status() })
    });
    for response in all.collect::<Vec<_>>() {
        assert_eq!(response.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
    }
    let (asked, refused) = (
        asked.load(Ordering::SeqCst),
        count(&upstream, "retry-budget-exhausted"),
    );
    assert_eq!(asked as u64 + refused, 40);
    assert!((22..30).contains(&asked), "{asked}");
}

#[tokio::test]
async fn a_service_that_fails_gets_a_fifth_more_than_clients_offer() {
    let (busy, asked) = counted(UNAVAILABLE).await;
    let (other, _) = counted(UNAVAILABLE).await;
    let (proxy, upstream) = proxy(&retrying(&[busy.address, other.address]));
    let client = || {
        let proxy = proxy.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                assert_eq!(
                    ask(&proxy, "GET").await.status(),
                    StatusCode::SERVICE_UNAVAILABLE
                );
            }
        })
    };
    let clients: Vec<_> = (0..8).map(|_| client()).collect();
    for client in clients {
        client.await.unwrap();
    }
    assert!(asked.load(Ordering::SeqCst) > 0);
    let retried = count(&upstream, "retried-status");
    assert!((80..=160).contains(&retried), "{retried} of 800");
    assert_eq!(retried + count(&upstream, "retry-budget-exhausted"), 800);
}

#[tokio::test]
async fn each_try_has_its_own_time() {
    let silent =
        Endpoint::raw(
            |_, mut stream| async move { while read_head(&mut stream).await.is_some() {} },
        );
    let silent = silent.await;
    let (alive, _) = counted(OK).await;
    let mut config = retrying(&[silent.address, alive.address]);
    config.retry = RetryConfig::On(RetryTable {
        on: Some(vec![RetryOn::Timeout].into()),
        timeout: Some(gateway_core::config::Duration::from_millis(100).into()),
        ..RetryTable::default()
    });
    let (proxy, upstream) = proxy(&config);
    let (response, _) = ask_until_trouble(&proxy, "GET").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(count(&upstream, "retried-timeout"), 1);
}

#[tokio::test]
async fn nothing_is_in_flight_when_all_is_over() {
    let (busy, _) = counted(UNAVAILABLE).await;
    let (proxy, upstream) = proxy(&retrying(&[busy.address, dead().await]));
    for _ in 0..4 {
        let _ = text(ask(&proxy, "GET").await).await;
    }
    assert_eq!(upstream.in_flight(), 0);
}

//! Which connections there are over HTTP/2.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use layer_lb::{EndpointClient, LoadBalanceLayer, Protocol, Upstream, UpstreamConfig};
use tokio::sync::Semaphore;
use tower::Layer;

use crate::support::{Endpoint, Proxy, code, eventually, get, text};

/// An endpoint that lets each connection have so many streams, and answers when it is let.
struct Slow {
    endpoint: Endpoint,
    /// How many answers may be given.
    answers: Arc<Semaphore>,
    /// How many requests have come.
    asked: Arc<AtomicUsize>,
    /// How many connections have ended.
    ended: Arc<AtomicUsize>,
}

async fn slow(streams: u32) -> Slow {
    let answers = Arc::new(Semaphore::new(0));
    let (asked, ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let (may_answer, requests, ends) =
        (Arc::clone(&answers), Arc::clone(&asked), Arc::clone(&ended));
    let endpoint = Endpoint::raw(move |_, stream| {
        let (may_answer, requests) = (Arc::clone(&may_answer), Arc::clone(&requests));
        let ends = Arc::clone(&ends);
        async move {
            let service = service_fn(|_| {
                let may_answer = Arc::clone(&may_answer);
                requests.fetch_add(1, Ordering::SeqCst);
                async move {
                    may_answer.acquire().await.unwrap().forget();
                    Ok::<_, std::convert::Infallible>(Response::new(Body::from("ok")))
                }
            });
            let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .max_concurrent_streams(streams)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            ends.fetch_add(1, Ordering::SeqCst);
        }
    })
    .await;
    Slow {
        endpoint,
        answers,
        asked,
        ended,
    }
}

fn http2(endpoint: &Endpoint) -> UpstreamConfig {
    let mut config = endpoint.config();
    config.protocol = Protocol::Http2;
    config
}

fn proxy_and_upstream(config: &UpstreamConfig) -> (Proxy, Upstream) {
    let upstream = Upstream::build("test", config).unwrap();
    let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
    (proxy, upstream)
}

type Started = tokio::task::JoinHandle<(StatusCode, &'static str, String)>;

/// Begins so many requests, each to be read to its end.
fn start(proxy: &Proxy, count: usize) -> Vec<Started> {
    let one = || {
        let proxy = proxy.clone();
        tokio::spawn(async move {
            let response = get(&proxy).await;
            (response.status(), code(&response), text(response).await)
        })
    };
    std::iter::repeat_with(one).take(count).collect()
}

async fn all_ok(requests: Vec<Started>) {
    for request in requests {
        let expected = (StatusCode::OK, "none", "ok".to_owned());
        assert_eq!(request.await.unwrap(), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_as_many_as_the_streams_need() {
    for (streams, requests, connections) in [(1, 4, 4), (10, 30, 3), (10, 31, 4)] {
        let slow = slow(streams).await;
        let (proxy, upstream) = proxy_and_upstream(&http2(&slow.endpoint));
        let pending = start(&proxy, requests);
        eventually(|| slow.asked.load(Ordering::SeqCst) == requests).await;
        slow.answers.add_permits(requests);
        all_ok(pending).await;
        assert_eq!(slow.endpoint.accepted(), connections);
        let counters = upstream.counters();
        assert_eq!(counters.streams_refused.get(), 0, "none more than allowed");
        assert_eq!(counters.opened.get(), connections as u64);

        // One after the other, they need no more.
        slow.answers.add_permits(50);
        for _ in 0..50 {
            all_ok(start(&proxy, 1)).await;
        }
        assert_eq!(slow.endpoint.accepted(), connections);
        assert!(counters.reused.get() >= 50);
    }
}

#[tokio::test]
async fn requests_wait_in_order_where_no_more_may_be_opened() {
    let slow = slow(1).await;
    let mut config = http2(&slow.endpoint);
    config.limits.connections = 2.into();
    let (proxy, upstream) = proxy_and_upstream(&config);
    let pending = start(&proxy, 20);
    eventually(|| slow.asked.load(Ordering::SeqCst) == 2).await;
    for answered in 1..=18 {
        slow.answers.add_permits(1);
        eventually(|| slow.asked.load(Ordering::SeqCst) == 2 + answered).await;
    }
    slow.answers.add_permits(2);
    all_ok(pending).await;
    assert_eq!(slow.endpoint.accepted(), 2);
    assert_eq!(upstream.counters().overloaded.get(), 0);
}

#[tokio::test]
async fn those_too_many_are_refused_at_once_and_others_when_they_waited_too_long() {
    let slow = slow(1).await;
    let mut config = http2(&slow.endpoint);
    config.limits.connections = 1.into();
    config.limits.pending = 1.into();
    config.timeout.connect = gateway_core::config::Duration::from_millis(300).into();
    let (proxy, upstream) = proxy_and_upstream(&config);
    let mut first = start(&proxy, 1);
    eventually(|| slow.asked.load(Ordering::SeqCst) == 1).await;
    let begun = Instant::now();
    let mut second = start(&proxy, 1);
    tokio::task::yield_now().await;
    let third = get(&proxy).await;
    assert!(begun.elapsed() < Duration::from_millis(300));
    let (status, second, _) = second.remove(0).await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    for code in [code(&third), second] {
        assert_eq!(code, "upstream/overloaded");
    }
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(upstream.counters().overloaded.get(), 2);
    slow.answers.add_permits(1);
    all_ok(vec![first.remove(0)]).await;
}

#[tokio::test]
async fn even_where_none_may_wait_a_connection_is_opened() {
    let slow = slow(10).await;
    slow.answers.add_permits(1);
    let mut config = http2(&slow.endpoint);
    config.limits.pending = 0.into();
    all_ok(start(&proxy_and_upstream(&config).0, 1)).await;
}

#[tokio::test]
async fn an_old_connection_ends_when_its_streams_have() {
    let (open, channel) = Channel::<Bytes, std::io::Error>::new(1);
    let first = std::sync::Mutex::new(Some((open, Body::new(channel))));
    let first = Arc::new(first);
    let held = Arc::new(std::sync::Mutex::new(None));
    let keeper = Arc::clone(&held);
    let endpoint = Endpoint::http2(move |_| {
        let taken = first.lock().unwrap().take();
        let body = taken.map_or_else(Body::empty, |(open, body)| {
            *keeper.lock().unwrap() = Some(open);
            body
        });
        async move { Response::new(body) }
    })
    .await;
    let mut config = http2(&endpoint);
    config.keep_alive.max_age = gateway_core::config::Duration::from_secs(1).into();
    let (proxy, upstream) = proxy_and_upstream(&config);
    let mut streaming = get(&proxy).await.into_body();
    assert_eq!(get(&proxy).await.status(), StatusCode::OK);
    assert_eq!(endpoint.accepted(), 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(get(&proxy).await.status(), StatusCode::OK);
    assert_eq!(endpoint.accepted(), 2);
    assert_eq!(upstream.counters().aged.get(), 1);
    // The first is still read to its end.
    let mut open = held.lock().unwrap().take().unwrap();
    open.send_data(Bytes::from("late")).await.unwrap();
    drop(open);
    let frame = streaming.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "late");
    assert!(streaming.frame().await.is_none());
}

#[tokio::test]
async fn surplus_and_idle_connections_are_closed() {
    let slow = slow(1).await;
    let mut config = http2(&slow.endpoint);
    config.keep_alive.connections = 1;
    config.keep_alive.timeout = gateway_core::config::Duration::from_secs(2);
    let (proxy, _upstream) = proxy_and_upstream(&config);
    let pending = start(&proxy, 3);
    eventually(|| slow.asked.load(Ordering::SeqCst) == 3).await;
    slow.answers.add_permits(3);
    all_ok(pending).await;
    eventually(|| slow.ended.load(Ordering::SeqCst) == 2).await;
    slow.answers.add_permits(1);
    all_ok(start(&proxy, 1)).await;
    assert_eq!(slow.endpoint.accepted(), 3);
    eventually(|| slow.ended.load(Ordering::SeqCst) == 3).await;
}

#[tokio::test]
async fn connections_end_with_their_owner() {
    let slow = slow(1).await;
    let (proxy, upstream) = proxy_and_upstream(&http2(&slow.endpoint));
    slow.answers.add_permits(1);
    all_ok(start(&proxy, 1)).await;
    drop((proxy, upstream));
    eventually(|| slow.ended.load(Ordering::SeqCst) == 1).await;
}

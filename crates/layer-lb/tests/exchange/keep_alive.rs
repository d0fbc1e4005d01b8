//! How many requests a connection serves, and connections that are there before them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::Response;
use layer_lb::{EndpointClient, LoadBalanceLayer, Protocol, Upstream, UpstreamConfig};
use tower::Layer;

use crate::authority::{Authority, https};
use crate::support::{Endpoint, Proxy, eventually, get, proxy, request, send, text};

async fn speaking(protocol: Protocol) -> Endpoint {
    let answer = |_| async { Response::new(Body::from("ok")) };
    if protocol == Protocol::Http2 {
        Endpoint::http2(answer).await
    } else {
        Endpoint::http1(answer).await
    }
}

fn started(config: &UpstreamConfig) -> (Upstream, Proxy) {
    let upstream = Upstream::build("test", config).unwrap();
    upstream.start();
    let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
    (upstream, proxy)
}

#[tokio::test]
async fn a_connection_serves_as_many_requests_as_it_may() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let endpoint = speaking(protocol).await;
        let mut config = endpoint.config();
        config.protocol = protocol;
        config.keep_alive.max_requests = 3;
        let (upstream, proxy) = started(&config);
        for number in 0..7 {
            assert_eq!(text(get(&proxy).await).await, "ok");
            assert_eq!(endpoint.accepted(), number / 3 + 1, "{protocol:?}");
        }
        assert_eq!(upstream.counters().aged.get(), 2, "{protocol:?}");
    }
}

#[tokio::test]
async fn connections_are_there_before_requests_and_are_used() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let endpoint = speaking(protocol).await;
        let mut config = endpoint.config();
        config.protocol = protocol;
        config.keep_alive.warm = 3.into();
        let (upstream, proxy) = started(&config);
        eventually(|| endpoint.accepted() == 3).await;
        eventually(|| upstream.counters().warmed.get() == 3).await;
        for method in ["POST", "GET", "POST"] {
            let response = send(&proxy, request(method, Body::empty())).await;
            assert_eq!(text(response).await, "ok");
        }
        assert_eq!(endpoint.accepted(), 3, "{protocol:?}");
        assert_eq!(upstream.counters().stale.get(), 0);
    }
}

#[tokio::test]
async fn warm_connections_over_tls_say_which_protocol() {
    let authority = Authority::new();
    let server = authority.server(&authority.issue(&["127.0.0.1"]));
    let endpoint = crate::authority::tls_endpoint(server, |_, stream| async move {
        let service = hyper::service::service_fn(crate::support::as_service(|_| async {
            Response::new(Body::from("ok"))
        }));
        let io = hyper_util::rt::TokioIo::new(stream);
        let builder = hyper::server::conn::http1::Builder::new();
        let _ = builder.serve_connection(io, service).await;
    })
    .await;
    let mut config = https(&endpoint, authority.trusted());
    config.protocol = Protocol::Auto;
    config.keep_alive.warm = 2.into();
    let (upstream, proxy) = started(&config);
    eventually(|| upstream.counters().warmed.get() == 2).await;
    // The tickets of TLS 1.3 have come meanwhile, which are no responses.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    for method in ["POST", "GET"] {
        let response = send(&proxy, request(method, Body::empty())).await;
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(endpoint.accepted(), 2);
    assert_eq!(upstream.counters().stale.get(), 0);
}

#[tokio::test]
async fn what_ends_is_opened_again() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let endpoint = Endpoint::raw(move |before, stream| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            if before == 0 {
                return;
            }
            std::future::pending::<()>().await;
            drop(stream);
        }
    })
    .await;
    let mut config = endpoint.config();
    config.keep_alive.warm = 1.into();
    let (_upstream, _proxy) = started(&config);
    eventually(|| opened.load(Ordering::SeqCst) == 2).await;
}

#[tokio::test]
async fn without_a_wish_nothing_is_opened() {
    let endpoint = speaking(Protocol::Http1).await;
    let (_upstream, _proxy) = started(&endpoint.config());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(endpoint.accepted(), 0);
    assert_eq!(text(get(&proxy(&endpoint.config())).await).await, "ok");
}

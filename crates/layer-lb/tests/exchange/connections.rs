//! Which connection a request gets.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use gateway_core::facts::ServedBy;
use layer_lb::{BalanceConfig, EndpointConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Barrier;

use crate::support::{
    Endpoint, code, config, eventually, get, proxy, read_head, request, send, text,
};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequential_requests_share_one_connection() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    for response in [OK, chunked] {
        let endpoint = Endpoint::answering(response).await;
        let proxy = endpoint.proxy();
        for _ in 0..200 {
            assert_eq!(text(get(&proxy).await).await, "ok");
        }
        assert_eq!(endpoint.accepted(), 1);
    }
}

#[tokio::test]
async fn responses_without_a_body_free_their_connection_at_once() {
    for (method, response) in [
        ("HEAD", &b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"[..]),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        (
            "GET",
            b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n",
        ),
        ("GET", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
    ] {
        let endpoint = Endpoint::answering(response).await;
        let proxy = endpoint.proxy();
        let first = send(&proxy, request(method, Body::empty())).await;
        let second = send(&proxy, request(method, Body::empty())).await;
        assert_eq!(first.headers(), second.headers());
        assert_eq!(endpoint.accepted(), 1);
    }
}

#[tokio::test]
async fn concurrent_requests_get_connections_of_their_own_and_share_them_later() {
    let all = Arc::new(Barrier::new(8));
    let endpoint = Endpoint::http1(move |_| {
        let all = Arc::clone(&all);
        async move {
            all.wait().await;
            Response::new(Body::from("ok"))
        }
    })
    .await;
    let proxy = endpoint.proxy();
    for _ in 0..3 {
        let requests: Vec<_> = (0..8)
            .map(|_| {
                let proxy = proxy.clone();
                tokio::spawn(async move { text(get(&proxy).await).await })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), "ok");
        }
    }
    assert_eq!(endpoint.accepted(), 8);
}

#[tokio::test]
async fn no_more_idle_connections_are_kept_than_allowed() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        while read_head(&mut stream).await.is_some() {
            let (begin, end) = OK.split_at(OK.len() - 1);
            stream.write_all(begin).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            if stream.write_all(end).await.is_err() {
                return;
            }
        }
    })
    .await;
    let mut config = endpoint.config();
    config.keep_alive.connections = 1;
    let proxy = proxy(&config);
    let (first, second) = (get(&proxy).await, get(&proxy).await);
    assert_eq!(
        (text(first).await, text(second).await),
        ("ok".into(), "ok".into())
    );
    let (_first, _second) = (get(&proxy).await, get(&proxy).await);
    assert_eq!(endpoint.accepted(), 3);
}

#[tokio::test]
async fn an_endpoint_that_closes_after_each_response_is_no_error() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(OK).await.unwrap();
    })
    .await;
    let proxy = endpoint.proxy();
    for _ in 0..20 {
        let response = get(&proxy).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
        assert_eq!(text(response).await, "ok");
        // Let the end of the connection arrive.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(endpoint.accepted(), 20);
}

#[tokio::test]
async fn a_connection_that_the_endpoint_will_close_is_not_kept() {
    for response in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"[..],
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more",
    ] {
        let endpoint = Endpoint::answering(response).await;
        let proxy = endpoint.proxy();
        for _ in 0..3 {
            assert_eq!(text(get(&proxy).await).await, "ok");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(endpoint.accepted(), 3);
    }
}

#[tokio::test]
async fn idle_connections_are_closed_by_age_and_with_their_owner() {
    for lives_on in [true, false] {
        let (closed, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let endpoint = Endpoint::raw(move |_, mut stream| {
            let closed = closed.clone();
            async move {
                read_head(&mut stream).await;
                stream.write_all(OK).await.unwrap();
                assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
                closed.send(()).unwrap();
            }
        })
        .await;
        let mut config = endpoint.config();
        if lives_on {
            config.keep_alive.timeout = Duration::from_millis(100).into();
        }
        let proxy = proxy(&config);
        assert_eq!(text(get(&proxy).await).await, "ok");
        let _kept = lives_on.then_some(proxy);
        tokio::time::timeout(Duration::from_secs(5), seen.recv())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_response_that_is_being_read_outlives_its_upstream() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfo")
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream.write_all(b"ur").await.unwrap();
    })
    .await;
    let proxy = endpoint.proxy();
    let response = get(&proxy).await;
    drop(proxy);
    assert_eq!(text(response).await, "four");
}

#[tokio::test]
async fn endpoints_take_turns_by_weight() {
    let (a, b) = (Endpoint::answering(OK).await, Endpoint::answering(OK).await);
    let mut config = config(&[a.address, b.address]);
    let mut endpoints = config.endpoints.into_inner();
    let first = EndpointConfig {
        weight: 2.into(),
        ..endpoints[0].clone().into_inner()
    };
    endpoints[0] = first.into();
    config.endpoints = endpoints.into();
    config.balance = BalanceConfig::RoundRobin;
    let proxy = proxy(&config);
    let mut order = String::new();
    for _ in 0..6 {
        let response = get(&proxy).await;
        let served_by = response.extensions().get::<ServedBy>().unwrap();
        assert_eq!(&*served_by.upstream, "test");
        order.push(if *served_by.endpoint == *a.address.to_string() {
            'a'
        } else {
            'b'
        });
    }
    assert_eq!(order, "abaaba");
    eventually(|| a.accepted() == 1 && b.accepted() == 1).await;
}

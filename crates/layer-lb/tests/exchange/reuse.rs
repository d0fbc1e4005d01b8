//! Connections that the endpoint closes while they are idle.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use gateway_core::facts::UpstreamFailure;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::support::{Endpoint, Proxy, code, get, proxy, read_head, request, send, text};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/// Longer than an endpoint of which nothing is known must keep a connection open to be trusted.
const SETTLED: Duration = Duration::from_millis(200);

/// One request from `stream`: its head, and the length of its body. `None` at the end.
async fn read_request(stream: &mut TcpStream) -> Option<(String, usize)> {
    let head = read_head(stream).await?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    assert!(body.iter().all(|&byte| byte == b'x'));
    Some((head, length))
}

/// Answers the first request of each connection. Reads the second one on the first connection, answers it with
/// `instead` and closes. Tells of each request on which connection it came, and how long its body was.
async fn stale(instead: &'static [u8]) -> (Endpoint, UnboundedReceiver<(usize, usize)>) {
    let (seen, requests) = unbounded_channel();
    let endpoint = Endpoint::raw(move |before, mut stream| {
        let seen = seen.clone();
        async move {
            let (_, length) = read_request(&mut stream).await.unwrap();
            seen.send((before, length)).unwrap();
            stream.write_all(OK).await.unwrap();
            let Some((_, length)) = read_request(&mut stream).await else {
                return;
            };
            seen.send((before, length)).unwrap();
            let answer = if before == 0 { instead } else { OK };
            stream.write_all(answer).await.unwrap();
        }
    })
    .await;
    (endpoint, requests)
}

/// What becomes of a request that goes over a connection which the endpoint closes instead of answering; and
/// where the endpoint has seen it.
async fn over_stale(
    method: &str,
    length: usize,
    instead: &'static [u8],
) -> (Response<Body>, Vec<(usize, usize)>) {
    let (endpoint, mut seen) = stale(instead).await;
    let proxy = endpoint.proxy();
    assert_eq!(text(get(&proxy).await).await, "ok");
    assert_eq!(seen.recv().await, Some((0, 0)));
    tokio::time::sleep(SETTLED).await;
    let body = Body::from(Bytes::from(vec![b'x'; length]));
    let response = send(&proxy, request(method, body)).await;
    let mut all = Vec::new();
    while let Ok(one) = seen.try_recv() {
        all.push(one);
    }
    (response, all)
}

#[tokio::test]
async fn what_may_be_handled_twice_is_sent_again() {
    const MOST: usize = 64 << 10;
    for (method, length) in [("GET", 0), ("DELETE", 0), ("PUT", 5), ("PUT", MOST)] {
        let (response, seen) = over_stale(method, length, b"").await;
        assert_eq!(response.status(), StatusCode::OK, "{method} {length}");
        assert_eq!(text(response).await, "ok");
        assert_eq!(seen, [(0, length), (1, length)], "{method}");
    }
}

#[tokio::test]
async fn what_may_not_is_not() {
    const TOO_MANY: usize = (64 << 10) + 1;
    for (method, length) in [("POST", 0), ("POST", 5), ("PATCH", 5), ("PUT", TOO_MANY)] {
        let (response, seen) = over_stale(method, length, b"").await;
        assert_eq!(code(&response), "upstream/reset", "{method} {length}");
        let failure = response.extensions().get::<UpstreamFailure>().unwrap();
        assert!(failure.may_have_been_sent);
        assert_eq!(seen, [(0, length)], "{method}");
    }
}

#[tokio::test]
async fn nothing_is_sent_again_once_a_response_has_begun() {
    for instead in ["H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n"] {
        let (response, seen) = over_stale("GET", 0, instead.as_bytes()).await;
        assert_eq!(code(&response), "upstream/reset", "{instead}");
        assert_eq!(seen, [(0, 0)]);
    }
}

#[tokio::test]
async fn nothing_is_sent_again_that_went_over_a_fresh_connection() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
    })
    .await;
    assert_eq!(code(&get(&endpoint.proxy()).await), "upstream/reset");
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn a_response_that_nobody_asked_for_is_nobodys() {
    let late = Duration::from_millis(20);
    let endpoint = Endpoint::raw(move |_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(OK).await.unwrap();
        tokio::time::sleep(late).await;
        let poison = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison";
        stream.write_all(poison).await.unwrap();
        let _ = stream.read(&mut [0]).await;
    })
    .await;
    let proxy = endpoint.proxy();
    for method in ["GET", "POST", "GET", "POST"] {
        let response = send(&proxy, request(method, Body::empty())).await;
        assert_eq!(text(response).await, "ok");
        tokio::time::sleep(late * 10).await;
    }
    assert_eq!(endpoint.accepted(), 4);
}

/// Closes each connection `lag` after its first response, which says nothing of that; counts how often it has seen
/// each request.
async fn closing(lag: Duration) -> (Endpoint, Arc<Mutex<HashMap<String, usize>>>) {
    let handled = Arc::new(Mutex::new(HashMap::new()));
    let counts = Arc::clone(&handled);
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let handled = Arc::clone(&handled);
        async move {
            let Some((head, _)) = read_request(&mut stream).await else {
                return;
            };
            let line = head.lines().next().unwrap().to_owned();
            *handled.lock().unwrap().entry(line).or_default() += 1;
            stream.write_all(OK).await.unwrap();
            if !lag.is_zero() {
                tokio::time::sleep(lag).await;
            }
        }
    })
    .await;
    (endpoint, counts)
}

async fn mixed(proxy: Proxy, client: usize) {
    for number in 0..100 {
        for (method, body) in [("GET", ""), ("POST", "xxxxx")] {
            let mut request = request(method, Body::from(body));
            *request.uri_mut() = format!("/{client}/{number}").parse().unwrap();
            let response = send(&proxy, request).await;
            let code = code(&response);
            assert_eq!(response.status(), StatusCode::OK, "{method} {code}");
            assert_eq!(text(response).await, "ok");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_closes_after_each_response_causes_no_error() {
    for lag in [0, 1, 20] {
        let (endpoint, handled) = closing(Duration::from_millis(lag)).await;
        let proxy = endpoint.proxy();
        let clients: Vec<_> = (0..8)
            .map(|client| tokio::spawn(mixed(proxy.clone(), client)))
            .collect();
        for client in clients {
            client.await.unwrap();
        }
        let handled = handled.lock().unwrap();
        let posts = handled.iter().filter(|(line, _)| line.starts_with("POST"));
        assert_eq!(posts.clone().count(), 800);
        assert!(posts.clone().all(|(_, &count)| count == 1), "lag {lag} ms");
    }
}

#[tokio::test]
async fn an_endpoint_that_keeps_connections_open_gets_posts_over_them() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        while read_request(&mut stream).await.is_some() {
            if stream.write_all(OK).await.is_err() {
                return;
            }
        }
    })
    .await;
    let proxy = endpoint.proxy();
    for _ in 0..20 {
        tokio::time::sleep(SETTLED).await;
        let response = send(&proxy, request("POST", Body::from("xxxxx"))).await;
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn a_post_takes_the_youngest_connection_that_has_settled() {
    let endpoint = Endpoint::raw(|before, mut stream| async move {
        let mut pause = Duration::from_millis(50) * u32::try_from(before).unwrap();
        while read_request(&mut stream).await.is_some() {
            tokio::time::sleep(std::mem::take(&mut pause)).await;
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{before}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await;
    let proxy = endpoint.proxy();
    let _all = tokio::join!(get(&proxy), get(&proxy), get(&proxy));
    tokio::time::sleep(SETTLED).await;
    let response = send(&proxy, request("POST", Body::empty())).await;
    assert_eq!(text(response).await, "2");
    assert_eq!(endpoint.accepted(), 3);
}

#[tokio::test]
async fn a_connection_is_kept_no_longer_than_the_endpoint_says() {
    for (hint, connections) in [("timeout=1", 3), ("timeout=60, max=9", 1)] {
        let answer =
            format!("HTTP/1.1 200 OK\r\nkeep-alive: {hint}\r\ncontent-length: 2\r\n\r\nok");
        let endpoint = Endpoint::answering(answer.leak().as_bytes()).await;
        let proxy = endpoint.proxy();
        for _ in 0..3 {
            assert_eq!(text(get(&proxy).await).await, "ok");
        }
        assert_eq!(endpoint.accepted(), connections, "{hint}");
    }
}

#[tokio::test]
async fn a_connection_grows_no_older_than_it_may() {
    let endpoint = Endpoint::answering(OK).await;
    let mut config = endpoint.config();
    config.keep_alive.max_age = gateway_core::config::Duration::from_secs(1).into();
    let proxy = proxy(&config);
    for pause in [0, 100, 1100] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        assert_eq!(text(get(&proxy).await).await, "ok");
    }
    assert_eq!(endpoint.accepted(), 2);
}

//! How long clients wait.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Response, StatusCode};
use layer_lb::{DeadlineConfig, UpstreamConfig};
use tokio::io::AsyncWriteExt;

use crate::retries::{counted, proxy};
use crate::support::{Endpoint, code, read_head, request, retrying, send};

fn with_header(config: UpstreamConfig) -> UpstreamConfig {
    UpstreamConfig {
        deadline: Some(DeadlineConfig {
            header: "x-timeout-ms".parse().unwrap(),
        }),
        ..config
    }
}

async fn ask(config: &UpstreamConfig, fields: &[(&'static str, &str)]) -> Response<Body> {
    let mut request = request("GET", Body::empty());
    for (name, value) in fields {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    send(&proxy(config).0, request).await
}

#[tokio::test]
async fn who_does_not_wait_any_more_is_told_so_at_once() {
    let (endpoint, asked) = counted(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let config = with_header(retrying(&[endpoint.address]));
    for (field, value, is_sent) in [
        ("grpc-timeout", "0m", false),
        ("x-timeout-ms", "0", false),
        ("grpc-timeout", "5S", true),
        ("x-timeout-ms", "soon", true),
    ] {
        let response = ask(&config, &[(field, value)]).await;
        let expected = if is_sent {
            "none"
        } else {
            "upstream/deadline-expired"
        };
        assert_eq!(code(&response), expected, "{field}: {value}");
        let status = if is_sent { 200 } else { 504 };
        assert_eq!(response.status().as_u16(), status);
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 2);
    let response = ask(&retrying(&[endpoint.address]), &[("x-timeout-ms", "0")]).await;
    assert_eq!(
        response.status(),
        StatusCode::OK,
        "nobody said that it means anything"
    );
}

#[tokio::test]
async fn a_deadline_is_the_limit_of_all_tries() {
    let silent =
        Endpoint::raw(
            |_, mut stream| async move { while read_head(&mut stream).await.is_some() {} },
        );
    let config = with_header(retrying(&[silent.await.address]));
    for (field, value) in [("grpc-timeout", "150m"), ("x-timeout-ms", "150")] {
        let start = Instant::now();
        let response = ask(&config, &[(field, value)]).await;
        assert_eq!(code(&response), "upstream/timeout");
        assert!(start.elapsed() >= Duration::from_millis(150));
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn the_next_endpoint_is_told_what_is_left() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let endpoint = || {
        let heads = Arc::clone(&heads);
        Endpoint::raw(move |_, mut stream| {
            let heads = Arc::clone(&heads);
            async move {
                while let Some(head) = read_head(&mut stream).await {
                    heads.lock().unwrap().push(head);
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    let busy = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
                    let _ = stream.write_all(busy).await;
                }
            }
        })
    };
    let (one, two) = (endpoint().await, endpoint().await);
    let config = with_header(retrying(&[one.address, two.address]));
    ask(&config, &[("x-timeout-ms", "8000"), ("grpc-timeout", "9S")]).await;
    let heads = heads.lock().unwrap();
    let told = |head: &str, name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(heads.len(), 2);
    assert_eq!(told(&heads[0], "x-timeout-ms: "), "8000");
    assert_eq!(told(&heads[0], "grpc-timeout: "), "9S");
    let left: u64 = told(&heads[1], "x-timeout-ms: ").parse().unwrap();
    assert!((1..=7950).contains(&left), "{left}");
    let left = told(&heads[1], "grpc-timeout: ");
    let left: u64 = left
        .strip_suffix('u')
        .expect("microseconds")
        .parse()
        .unwrap();
    assert!(
        (1..=7_950_000).contains(&left),
        "the sooner of both: {left}"
    );
}

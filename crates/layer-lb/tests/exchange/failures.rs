//! Endpoints that do not answer, or not in HTTP.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use gateway_core::facts::{FailureKind, ServedBy, UpstreamFailure};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tower::Layer;

use crate::support::{Endpoint, code, config, get, proxy, read_head, request, send, text};

fn failure(response: &http::Response<Body>) -> UpstreamFailure {
    assert!(response.extensions().get::<ServedBy>().is_none());
    *response
        .extensions()
        .get::<UpstreamFailure>()
        .expect("a failure")
}

#[tokio::test]
async fn nobody_listens() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let mut config = config(&[address]);
    for protocol in [layer_lb::Protocol::Http1, layer_lb::Protocol::Http2] {
        config.protocol = protocol;
        let response = get(&proxy(&config)).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(code(&response), "upstream/connect-failed");
        let failure = failure(&response);
        assert_eq!(failure.kind, FailureKind::Connect);
        assert!(!failure.may_have_been_sent);
        assert!(
            !text(response).await.contains("refused"),
            "a library's words stay inside"
        );
    }
}

#[tokio::test]
async fn the_listener_is_full() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(
        Duration::from_millis(100),
        tokio::net::TcpStream::connect(address),
    )
    .await
    {
        queued.push(stream);
    }
    let mut config = config(&[address]);
    config.timeout.connect = gateway_core::config::Duration::from_millis(100).into();
    for protocol in [layer_lb::Protocol::Http1, layer_lb::Protocol::Http2] {
        config.protocol = protocol;
        let response = get(&proxy(&config)).await;
        assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(code(&response), "upstream/connect-timeout");
        assert!(!failure(&response).may_have_been_sent);
    }
}

#[tokio::test]
async fn the_endpoint_is_silent() {
    let endpoint = Endpoint::answering(b"").await;
    let mut config = endpoint.config();
    config.timeout.request = gateway_core::config::Duration::from_millis(100).into();
    let response = get(&proxy(&config)).await;
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(code(&response), "upstream/timeout");
    assert!(failure(&response).may_have_been_sent);
}

#[tokio::test]
async fn a_route_may_set_limits_of_its_own() {
    let endpoint = Endpoint::answering(b"").await;
    let upstream = Upstream::build("test", &endpoint.config()).unwrap();
    let proxy = LoadBalanceLayer::new(upstream)
        .request_timeout(Duration::from_millis(50))
        .layer(EndpointClient::new());
    let start = Instant::now();
    assert_eq!(code(&get(&proxy).await), "upstream/timeout");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_long_upload_takes_the_time_it_takes() {
    let endpoint = Endpoint::http1(|request| async move {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        http::Response::new(Body::from(body))
    })
    .await;
    let mut config = endpoint.config();
    config.timeout.request = gateway_core::config::Duration::from_millis(200).into();
    let (mut upload, channel) = Channel::<Bytes, std::io::Error>::new(1);
    tokio::spawn(async move {
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            upload.send_data(Bytes::from("x")).await.unwrap();
        }
    });
    let response = send(&proxy(&config), request("POST", Body::new(channel))).await;
    assert_eq!(text(response).await, "xxxxxxxx");
}

#[tokio::test]
async fn a_response_falls_silent() {
    let endpoint = Endpoint::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart").await;
    let mut config = endpoint.config();
    config.timeout.idle = gateway_core::config::Duration::from_millis(100).into();
    let mut body = get(&proxy(&config)).await.into_body();
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "part"
    );
    assert!(body.frame().await.unwrap().is_err());
}

#[tokio::test]
async fn the_connection_ends_without_an_answer() {
    let endpoint = Endpoint::raw(|_, mut stream| async move {
        read_head(&mut stream).await;
    })
    .await;
    let response = get(&endpoint.proxy()).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(code(&response), "upstream/reset");
    assert!(failure(&response).may_have_been_sent);
}

#[tokio::test]
async fn what_comes_back_is_not_http() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let endpoint = Endpoint::raw(move |_, mut stream| async move {
            read_head(&mut stream).await;
            stream.write_all(bytes).await.unwrap();
            let _ = stream.read(&mut [0]).await;
        })
        .await;
        let response = get(&endpoint.proxy()).await;
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{shown}");
        assert_eq!(code(&response), "upstream/malformed-response", "{shown}");
        assert_eq!(failure(&response).kind, FailureKind::Malformed);
    }
}

#[tokio::test]
async fn informational_responses_are_skipped() {
    let endpoint = Endpoint::answering(
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    )
    .await;
    assert_eq!(text(get(&endpoint.proxy()).await).await, "ok");
}

#[tokio::test]
async fn grpc_callers_get_a_grpc_status_and_connect_is_refused() {
    let endpoint = Endpoint::raw(|_, _| async {}).await;
    let proxy = endpoint.proxy();
    let call = Request::post("/service/method")
        .header("content-type", "application/grpc")
        .body(Body::empty())
        .unwrap();
    let response = send(&proxy, call).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["grpc-status"], "14");

    let connect = Request::connect("api.example:443")
        .body(Body::empty())
        .unwrap();
    let response = send(&proxy, connect).await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
}

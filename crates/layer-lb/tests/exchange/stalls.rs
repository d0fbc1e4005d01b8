//! Who is to blame when nothing moves.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use gateway_core::facts::{FailureKind, UpstreamFailure};
use gateway_core::rejection::Rejection;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::body::Incoming;
use layer_lb::{EndpointClient, LoadBalanceLayer, Protocol, Upstream};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;
use tower::Layer;

use crate::support::{Endpoint, Proxy, code, config, get, proxy, request, send};

const SHORT: Duration = Duration::from_millis(200);

/// A proxy before `endpoint` that waits for little.
fn impatient(endpoint: &Endpoint, protocol: Protocol) -> Proxy {
    let mut config = endpoint.config();
    config.protocol = protocol;
    config.timeout.request = gateway_core::config::Duration::from_millis(200).into();
    proxy(&config)
}

fn kind(response: &Response<Body>) -> FailureKind {
    let failure = response.extensions().get::<UpstreamFailure>();
    failure.expect("a failure").kind
}

#[tokio::test]
async fn a_client_that_stalls_its_upload_is_told_so() {
    let read = |request: Request<Incoming>| async move {
        let _ = request.into_body().collect().await;
        Response::new(Body::empty())
    };
    for (endpoint, protocol) in [
        (Endpoint::http1(read).await, Protocol::Http1),
        (Endpoint::http2(read).await, Protocol::Http2),
    ] {
        let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
        upload.send_data(Bytes::from("part")).await.unwrap();
        let request = request("POST", Body::new(channel));
        let response = send(&impatient(&endpoint, protocol), request).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(code(&response), "request/body-timeout");
        assert_eq!(kind(&response), FailureKind::RequestBody);
        let rejection = response.extensions().get::<Rejection>().unwrap();
        assert!(rejection.closes_connection());
    }
}

#[tokio::test]
async fn an_endpoint_that_does_not_read_is_told_from_such_a_client() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let endpoint = Endpoint::raw(|_, stream| async move {
            let _unread = stream;
            std::future::pending::<()>().await;
        })
        .await;
        let (mut upload, channel) = Channel::<Bytes, io::Error>::new(1);
        tokio::spawn(async move {
            let part = Bytes::from_static(&[b'x'; 64 << 10]);
            while upload.send_data(part.clone()).await.is_ok() {}
        });
        let request = request("POST", Body::new(channel));
        let response = send(&impatient(&endpoint, protocol), request).await;
        assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(code(&response), "upstream/timeout");
        assert_eq!(kind(&response), FailureKind::Timeout);
    }
}

/// A listener whose queue is full, with those that fill it.
async fn full_listener() -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) = timeout(SHORT, TcpStream::connect(address)).await {
        queue.push(stream);
    }
    (listener, queue)
}

#[tokio::test]
async fn the_impatience_of_one_route_is_not_that_of_another() {
    let (listener, queue) = full_listener().await;
    let mut config = config(&[listener.local_addr().unwrap()]);
    config.protocol = Protocol::Http2;
    let upstream = Upstream::build("test", &config).unwrap();
    let quick = LoadBalanceLayer::new(upstream.clone())
        .request_timeout(SHORT)
        .layer(EndpointClient::new());
    let patient = LoadBalanceLayer::new(upstream).layer(EndpointClient::new());

    // The first makes the attempt that the second waits for.
    let quick = tokio::spawn(async move { code(&get(&quick).await) });
    tokio::task::yield_now().await;
    let patient = tokio::spawn(async move { get(&patient).await });
    assert_eq!(quick.await.unwrap(), "upstream/connect-timeout");

    drop(queue);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(Endpoint::serve_http2(stream, |_| async {
                Response::new(Body::empty())
            }));
        }
    });
    let response = patient.await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{}", code(&response));
}

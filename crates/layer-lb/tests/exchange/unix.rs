//! Endpoints that listen on Unix sockets.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use gateway_core::facts::ServedBy;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use layer_lb::{Protocol, UpstreamConfig};
use tempfile::TempDir;
use tokio::net::UnixListener;

use crate::support::{Proxy, code, get, proxy, send, text};

/// An endpoint that answers with the host it was asked for, and a proxy before it.
async fn listening(protocol: Protocol) -> (TempDir, String, Proxy) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|request: Request<hyper::body::Incoming>| async move {
                let host = request
                    .headers()
                    .get("host")
                    .map(|host| host.to_str().unwrap());
                let host = host.unwrap_or_else(|| request.uri().authority().unwrap().as_str());
                Ok::<_, Infallible>(Response::new(Body::from(host.to_owned())))
            });
            let io = TokioIo::new(stream);
            tokio::spawn(async move {
                if protocol == Protocol::Http2 {
                    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    let _ = builder.serve_connection(io, service).await;
                } else {
                    let builder = hyper::server::conn::http1::Builder::new();
                    let _ = builder.serve_connection(io, service).await;
                }
            });
        }
    });
    let url = format!("unix:{}", path.display());
    let mut config = UpstreamConfig::new([url.parse().unwrap()]);
    config.protocol = protocol;
    (directory, url, proxy(&config))
}

#[tokio::test]
async fn requests_go_through_a_socket() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let (_directory, url, proxy) = listening(protocol).await;
        for _ in 0..3 {
            let response = get(&proxy).await;
            let served_by = response.extensions().get::<ServedBy>().unwrap();
            assert_eq!(*served_by.endpoint, url);
            assert_eq!(text(response).await, "api.example");
        }
        let nameless = Request::new(Body::empty());
        assert_eq!(text(send(&proxy, nameless).await).await, "localhost");
    }
}

#[tokio::test]
async fn no_socket_is_no_connection() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("unix:{}/none.sock", directory.path().display());
    let config = UpstreamConfig::new([url.parse().unwrap()]);
    let response = get(&proxy(&config)).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(code(&response), "upstream/connect-failed");
}

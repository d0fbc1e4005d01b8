//! The crate in an axum service, without a gateway.

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::Layer;

use crate::support::Endpoint;

#[tokio::test]
async fn a_reverse_proxy_of_an_axum_router() {
    let endpoint = Endpoint::http1(|request| async move {
        let host = request.headers()["host"].to_str().unwrap();
        Response::new(Body::from(format!("{} {host}", request.uri())))
    })
    .await;
    let upstream = Upstream::build("test", &endpoint.config()).unwrap();
    let proxy = LoadBalanceLayer::new(upstream).layer(EndpointClient::new());
    let app: Router = Router::new().fallback_service(proxy);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });

    let mut client = TcpStream::connect(address).await.unwrap();
    for target in ["/a?b", "http://api.example/a?b"] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: api.example\r\n\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        while !response.ends_with(b"/a?b api.example") {
            response.push(client.read_u8().await.unwrap());
        }
        let response = String::from_utf8(response).unwrap();
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        assert!(response.contains("content-length: 16\r\n"), "{response}");
    }
    assert_eq!(endpoint.accepted(), 1);
}

//! WebSocket over HTTP/2.

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use gateway_core::facts::{Tunnel, Upgrade};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Endpoint, code, eventually, get, request, send};

fn handshake() -> Request<Body> {
    let mut request = request("GET", Body::empty());
    request.extensions_mut().insert(Upgrade::WebSocket);
    let key = "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap();
    request.headers_mut().insert("sec-websocket-key", key);
    request
}

/// Grants tunnels that send back what they carry, and refuses what is not asked for by extended CONNECT.
async fn echoing() -> Endpoint {
    Endpoint::raw(|_, stream| async move {
        let connection = h2::server::Builder::new()
            .enable_connect_protocol()
            .handshake::<_, Bytes>(stream);
        let mut connection = connection.await.unwrap();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            let protocol = request.extensions().get::<h2::ext::Protocol>();
            let is_asked = request.method() == Method::CONNECT
                && protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
                && !request.headers().contains_key("sec-websocket-key");
            tokio::spawn(async move {
                let mut response = Response::new(());
                if !is_asked {
                    *response.status_mut() = StatusCode::FORBIDDEN;
                    respond.send_response(response, true).unwrap();
                    return;
                }
                let mut outgoing = respond.send_response(response, false).unwrap();
                let mut incoming = request.into_body();
                while let Some(Ok(data)) = incoming.data().await {
                    let _ = incoming.flow_control().release_capacity(data.len());
                    outgoing.send_data(data, false).unwrap();
                }
                let _ = outgoing.send_data(Bytes::new(), true);
            });
        }
    })
    .await
}

#[tokio::test]
async fn a_tunnel_carries_bytes_both_ways_until_both_have_ended() {
    let endpoint = echoing().await;
    let proxy = endpoint.http2_proxy();
    let response = send(&proxy, handshake()).await;
    assert_eq!(
        response.status(),
        StatusCode::SWITCHING_PROTOCOLS,
        "{}",
        code(&response)
    );
    let tunnel = response.extensions().get::<Tunnel>().unwrap();
    let (mut read, mut write) = tokio::io::split(tunnel.take().unwrap());
    // More than the windows hold, so that it must be read meanwhile.
    let sent: Vec<u8> = (0..300_000_u32).map(|number| number as u8).collect();
    let expected = sent.clone();
    tokio::spawn(async move {
        write.write_all(&sent).await.unwrap();
        write.shutdown().await.unwrap();
    });
    let mut received = Vec::new();
    read.read_to_end(&mut received).await.unwrap();
    assert!(received == expected);
    // Other requests share the connection.
    assert_eq!(get(&proxy).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(endpoint.accepted(), 1);
}

#[tokio::test]
async fn an_endpoint_that_cannot_is_told_from_one_that_will_not() {
    let endpoint = Endpoint::http2(|_| async { Response::new(Body::empty()) }).await;
    let response = send(&endpoint.http2_proxy(), handshake()).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(code(&response), "upstream/websocket-unsupported");

    let refusing = Endpoint::raw(|_, stream| async move {
        let connection = h2::server::Builder::new()
            .enable_connect_protocol()
            .handshake::<_, Bytes>(stream);
        let mut connection = connection.await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let mut response = Response::new(());
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            respond.send_response(response, true).unwrap();
        }
    })
    .await;
    let response = send(&refusing.http2_proxy(), handshake()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_tunnel_that_is_dropped_resets_its_stream() {
    let ended = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let flag = std::sync::Arc::clone(&ended);
    let endpoint = Endpoint::raw(move |_, stream| {
        let flag = std::sync::Arc::clone(&flag);
        async move {
            let connection = h2::server::Builder::new()
                .enable_connect_protocol()
                .handshake::<_, Bytes>(stream);
            let mut connection = connection.await.unwrap();
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                let flag = std::sync::Arc::clone(&flag);
                tokio::spawn(async move {
                    let _outgoing = respond.send_response(Response::new(()), false).unwrap();
                    let data = request.into_body().data().await;
                    let is_reset = data.is_some_and(|data| data.is_err());
                    flag.store(is_reset, std::sync::atomic::Ordering::SeqCst);
                });
            }
        }
    })
    .await;
    let proxy = endpoint.http2_proxy();
    let response = send(&proxy, handshake()).await;
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    drop(response);
    eventually(|| ended.load(std::sync::atomic::Ordering::SeqCst)).await;
}

//! WebSockets over HTTP/2.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use gateway_core::facts::{Tunnel, Upgrade};
use h2::ext::Protocol;
use http::{Method, Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::harness::{Client, Outcome, Server, read};
use crate::server::ConnectionLimits;

async fn upgrade(request: Request<Body>) -> Response {
    let mut response = Response::default();
    let is_upgrade = request.method() == Method::GET
        && request.extensions().get::<Upgrade>() == Some(&Upgrade::WebSocket)
        && request.uri() == "http://a.example/chat";
    if !is_upgrade {
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        return response;
    }
    let (mut upstream, ours) = tokio::io::duplex(1024);
    tokio::spawn(async move {
        let mut word = [0; 4];
        while upstream.read_exact(&mut word).await.is_ok() {
            word.reverse();
            if upstream.write_all(&word).await.is_err() {
                break;
            }
        }
    });
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let tunnel = Tunnel::new(ours, Duration::from_secs(60));
    response.extensions_mut().insert(tunnel);
    response
}

fn connect(protocol: &'static str) -> Outcome<Request<()>> {
    let request = Request::connect("http://a.example/chat");
    Ok(request
        .extension(Protocol::from_static(protocol))
        .body(())?)
}

#[tokio::test(start_paused = true)]
async fn a_web_socket_becomes_a_tunnel() -> Outcome {
    let (server, io) = Server::start(ConnectionLimits::default(), upgrade);
    let mut client = Client::start(io).await?;
    // The setting that allows it has to come first.
    client.get("/").await?.await?;
    assert!(client.requests.is_extended_connect_protocol_enabled());
    let (response, mut sender) = client.send(connect("websocket")?, false).await?;
    let response = response.await?;
    assert_eq!(response.status(), 200);
    let mut receiver = response.into_body();
    for _ in 0..3 {
        sender.send_data(Bytes::from("ping"), false)?;
        let data = receiver.data().await.ok_or("closed")??;
        assert_eq!(data, "gnip");
        receiver.flow_control().release_capacity(data.len())?;
    }
    sender.send_data(Bytes::new(), true)?;
    assert!(read(&mut receiver).await?.is_empty());
    assert_eq!(server.counters.tunnels.get(), 1);
    assert!(server.ended_nothing());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn no_other_protocol_is_an_upgrade() -> Outcome {
    let (_server, io) = Server::start(ConnectionLimits::default(), upgrade);
    let mut client = Client::start(io).await?;
    client.get("/").await?.await?;
    let (response, _sender) = client.send(connect("connect-udp")?, false).await?;
    assert_eq!(response.await?.status(), StatusCode::NOT_IMPLEMENTED);
    Ok(())
}

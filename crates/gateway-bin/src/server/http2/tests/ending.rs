//! Connections that end while there is work.

use std::time::Duration;

use axum::body::Body;
use gateway_core::contract::Response;
use http::Request;
use tokio::time::{Instant, sleep};

use super::harness::{Client, Outcome, Server};
use crate::server::{ConnectionLimits, Ending, Phase};

async fn slow(_: Request<Body>) -> Response {
    sleep(Duration::from_secs(20)).await;
    Response::default()
}

#[tokio::test(start_paused = true)]
async fn a_drain_lets_streams_finish_and_begins_none() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), slow);
    let mut client = Client::start(io).await?;
    let under_way = client.get("/").await?;
    sleep(Duration::from_secs(1)).await;
    server.drain(Phase::Draining);
    sleep(Duration::from_secs(1)).await;
    assert!(client.get("/").await.is_err(), "it was told to go away");
    assert_eq!(under_way.await?.status(), 200);
    client.connection.await??;
    server.ended().await?;
    assert!(server.counters.ended(Ending::Idle).get() == 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_drain_cuts() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), slow);
    let mut client = Client::start(io).await?;
    let under_way = client.get("/").await?;
    sleep(Duration::from_secs(1)).await;
    let start = Instant::now();
    server.drain(Phase::Draining);
    sleep(Duration::from_secs(1)).await;
    server.drain(Phase::Closed);
    assert!(under_way.await.is_err());
    server.ended().await?;
    assert!(start.elapsed() < Duration::from_secs(3));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_idle_client_that_does_not_leave_is_left() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), slow);
    let _io = super::harness::raw(io).await?;
    sleep(Duration::from_secs(5)).await;
    let start = Instant::now();
    server.drain(Phase::Draining);
    server.ended().await?;
    assert!(
        start.elapsed() <= Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_old_connection_ends_with_its_streams() -> Outcome {
    let limits = ConnectionLimits {
        max_age: Duration::from_secs(50),
        ..ConnectionLimits::default()
    };
    let (mut server, io) = Server::start(limits, slow);
    let mut client = Client::start(io).await?;
    sleep(Duration::from_secs(40)).await;
    let under_way = client.get("/").await?;
    sleep(Duration::from_secs(12)).await;
    assert!(client.get("/").await.is_err(), "it was told to go away");
    assert_eq!(under_way.await?.status(), 200);
    client.connection.await??;
    server.ended().await?;
    assert_eq!(server.ended_only(Ending::Age), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn so_many_requests_are_enough() -> Outcome {
    let limits = ConnectionLimits {
        max_requests: 3,
        ..ConnectionLimits::default()
    };
    let (mut server, io) = Server::start(limits, slow);
    let mut client = Client::start(io).await?;
    for _ in 0..3 {
        assert_eq!(client.get("/").await?.await?.status(), 200);
    }
    assert!(client.get("/").await.is_err());
    client.connection.await??;
    server.ended().await?;
    assert_eq!(server.ended_only(Ending::Requests), 1);
    Ok(())
}

//! Clients that let the gateway wait.

use std::future::pending;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use h2::Reason;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};

use super::harness::{Client, GET, Outcome, Server, frame, frames, raw, read};
use crate::server::{ConnectionLimits, Ending};

async fn never(_: Request<Body>) -> Response {
    pending().await
}

async fn ok(_: Request<Body>) -> Response {
    Response::default()
}

/// Sends `bytes` one by one with a second between, as long as somebody takes them.
async fn drip(io: &mut DuplexStream, bytes: &[u8]) {
    for byte in bytes {
        if io.write_all(&[*byte]).await.is_err() {
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// The reason of the last frame, which has to be GOAWAY.
fn goodbye(frames: &[Vec<u8>]) -> Option<u8> {
    let last = frames.last()?;
    (last[3] == 7).then(|| last[16])
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_no_hello_goes() -> Outcome {
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for hello in [&preface[..0], &preface[..20], &preface[..]] {
        let (mut server, mut io) = Server::start(ConnectionLimits::default(), ok);
        let start = Instant::now();
        io.write_all(hello).await?;
        frames(&mut io).await;
        assert_eq!(start.elapsed().as_secs(), 10);
        server.ended().await?;
        assert_eq!(server.counters.ended(Ending::Head).get(), 1);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_ends_the_connection() -> Outcome {
    for with_stream in [false, true] {
        let (mut server, io) = Server::start(ConnectionLimits::default(), never);
        let mut io = raw(io).await?;
        if with_stream {
            io.write_all(&frame(1, 5, 1, GET)).await?;
        }
        let start = Instant::now();
        // HEADERS without END_HEADERS, then a CONTINUATION of one byte a second.
        io.write_all(&frame(1, 1, 3, GET)).await?;
        drip(&mut io, &frame(9, 0, 3, &[0; 60])).await;
        server.ended().await?;
        assert!(start.elapsed() < Duration::from_secs(75));
        assert_eq!(server.counters.ended(Ending::Head).get(), 1);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_goes_whatever_it_chats() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), ok);
    let mut client = Client::start(io).await?;
    let start = Instant::now();
    sleep(Duration::from_secs(20)).await;
    assert_eq!(client.get("/").await?.await?.status(), 200);
    client.connection.await??;
    server.ended().await?;
    assert_eq!(start.elapsed().as_secs(), 95);
    assert_eq!(server.counters.ended(Ending::Idle).get(), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_no_ping_goes_with_its_streams() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), never);
    let mut io = raw(io).await?;
    io.write_all(&frame(1, 5, 1, GET)).await?;
    let start = Instant::now();
    let frames = frames(&mut io).await;
    assert_eq!(start.elapsed().as_secs(), 40);
    assert!(frames.iter().any(|frame| frame[3] == 6), "it was asked");
    assert_eq!(goodbye(&frames), Some(0));
    server.ended().await?;
    assert_eq!(server.ended_only(Ending::Ping), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_pings_may_wait_long() -> Outcome {
    let slow = async |_: Request<Body>| {
        sleep(Duration::from_secs(1000)).await;
        Response::default()
    };
    let (server, io) = Server::start(ConnectionLimits::default(), slow);
    let mut client = Client::start(io).await?;
    assert_eq!(client.get("/").await?.await?.status(), 200);
    assert!(server.ended_nothing());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_off_the_wire_goes() -> Outcome {
    let large = async |_: Request<Body>| Response::new(Body::from(vec![0; 1 << 20]));
    let (mut server, io) = Server::start(ConnectionLimits::default(), large);
    let mut io = raw(io).await?;
    // All the room it wants, but the pipe fills.
    io.write_all(&frame(8, 0, 0, &[0x7f, 0, 0, 0])).await?;
    io.write_all(&frame(4, 0, 0, &[0, 4, 0x7f, 0, 0, 0]))
        .await?;
    io.write_all(&frame(1, 5, 1, GET)).await?;
    let start = Instant::now();
    server.ended().await?;
    assert!(
        (60..=62).contains(&start.elapsed().as_secs()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(server.counters.ended(Ending::Write).get(), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_gets_no_room_is_reset_and_others_go_on() -> Outcome {
    let large = async |_: Request<Body>| Response::new(Body::from(vec![0; 100_000]));
    let (server, io) = Server::start(ConnectionLimits::default(), large);
    let mut builder = h2::client::Builder::new();
    builder.initial_connection_window_size(1 << 20);
    let mut client = Client::with(io, &builder).await?;
    let start = Instant::now();
    let mut stuck = client.get("/").await?.await?.into_body();
    let whole = client.get("/").await?.await?;
    assert_eq!(read(&mut whole.into_body()).await?.len(), 100_000);
    let mut received = 0;
    let error = loop {
        match stuck.data().await {
            Some(Ok(data)) => received += data.len(),
            Some(Err(error)) => break error,
            None => return Err("whole without room".into()),
        }
    };
    assert_eq!(received, 65_535);
    assert_eq!(error.reason(), Some(Reason::CANCEL));
    assert_eq!(start.elapsed().as_secs(), 60);
    assert_eq!(server.ended_only(Ending::Write), 1);
    let whole = client.get("/").await?.await?;
    assert_eq!(read(&mut whole.into_body()).await?.len(), 100_000);
    Ok(())
}

/// The window shrinks when the data is already with h2, which waits for ever.
#[tokio::test(start_paused = true)]
async fn what_lingers_unsent_ends_the_connection() -> Outcome {
    let large = async |_: Request<Body>| Response::new(Body::from(vec![0; 200_000]));
    let (mut server, io) = Server::start(ConnectionLimits::default(), large);
    let mut io = raw(io).await?;
    io.write_all(&frame(8, 0, 0, &[0x7f, 0, 0, 0])).await?;
    io.write_all(&frame(4, 0, 0, &[0, 4, 0, 3, 0x0d, 0x40]))
        .await?;
    io.write_all(&frame(1, 5, 1, GET)).await?;
    sleep(Duration::from_secs(1)).await;
    // The pipe is full. All but what it holds is taken, then the rest of the window.
    let mut some = vec![0; 60_000];
    io.read_exact(&mut some).await?;
    sleep(Duration::from_secs(1)).await;
    io.read_exact(&mut some).await?;
    sleep(Duration::from_secs(1)).await;
    io.write_all(&frame(4, 0, 0, &[0, 4, 0, 0, 0, 0])).await?;
    let start = Instant::now();
    // It answers pings and reads what comes.
    let mut header = [0; 9];
    let mut before = Vec::new();
    while let Ok(length) = io.read(&mut header[..1]).await {
        if length == 0 {
            break;
        }
        before.extend_from_slice(&header[..1]);
        if before.ends_with(&[0, 0, 8, 6, 0, 0, 0, 0, 0]) {
            let mut payload = [0; 8];
            io.read_exact(&mut payload).await?;
            io.write_all(&frame(6, 1, 0, &payload)).await?;
        }
    }
    server.ended().await?;
    assert!(
        start.elapsed() <= Duration::from_secs(63),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(server.ended_only(Ending::Write), 1);
    Ok(())
}

async fn collect(request: Request<Body>) -> Response {
    let collected = request.into_body().collect().await;
    let length = collected.map_or(0, |body| body.to_bytes().len());
    Response::new(Body::from(length.to_string()))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_too_slowly_is_given_up() -> Outcome {
    let (server, io) = Server::start(ConnectionLimits::default(), collect);
    let mut client = Client::start(io).await?;
    let start = Instant::now();
    let (response, mut body) = client.post("/").await?;
    body.send_data(Bytes::from(vec![0; 2400]), false)?;
    let response = response.await?;
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    assert_eq!(start.elapsed().as_secs(), 20);
    let problem = read(&mut response.into_body()).await?;
    assert!(String::from_utf8_lossy(&problem).contains("request/body-too-slow"));
    let reason = std::future::poll_fn(|cx| body.poll_reset(cx)).await?;
    assert_eq!(reason, Reason::NO_ERROR);
    assert_eq!(server.ended_only(Ending::Body), 1);
    assert_eq!(server.refused.get(), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_and_a_grpc_client_have_time() -> Outcome {
    let respond = async |request: Request<Body>| {
        if request.uri().path() == "/busy" {
            sleep(Duration::from_secs(100)).await;
        }
        collect(request).await
    };
    let (server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    let (busy, mut body) = client.post("/busy").await?;
    sleep(Duration::from_secs(99)).await;
    body.send_data("late".into(), true)?;
    assert_eq!(busy.await?.status(), 200);
    let request = Request::post("http://a.example/").header("content-type", "application/grpc");
    let (grpc, mut body) = client.send(request.body(())?, false).await?;
    sleep(Duration::from_secs(100)).await;
    body.send_data("late".into(), true)?;
    assert_eq!(grpc.await?.status(), 200);
    assert!(server.ended_nothing());
    Ok(())
}

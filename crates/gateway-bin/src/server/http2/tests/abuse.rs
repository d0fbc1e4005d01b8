//! Clients that mean harm, and some that only look so.

use std::future::pending;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use http::Request;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use super::harness::{Client, GET, Outcome, Server, frame, frames, raw};
use crate::server::{ConnectionLimits, Ending};

async fn never(_: Request<Body>) -> Response {
    pending().await
}

/// The code of GOAWAY that tells a client to calm down.
const CALM: u8 = 0xb;

#[tokio::test(start_paused = true)]
async fn resets_without_end_are_too_many() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), never);
    let mut io = raw(io).await?;
    for number in 0..300 {
        let stream = 2 * number + 1;
        if io.write_all(&frame(1, 5, stream, GET)).await.is_err() {
            break;
        }
        // Each is looked at before it is reset.
        sleep(Duration::from_millis(1)).await;
        if io
            .write_all(&frame(3, 0, stream, &[0, 0, 0, 8]))
            .await
            .is_err()
        {
            break;
        }
        sleep(Duration::from_millis(1)).await;
    }
    let frames = frames(&mut io).await;
    assert_eq!(
        frames.last().map(|last| (last[3], last[16])),
        Some((7, CALM))
    );
    server.ended().await?;
    assert_eq!(server.ended_only(Ending::Protocol), 1);
    Ok(())
}

/// 64 streams of small messages while nobody reads for a second.
#[tokio::test(start_paused = true)]
async fn small_frames_may_wait_for_a_reader() -> Outcome {
    let respond = async |request: Request<Body>| {
        sleep(Duration::from_secs(1)).await;
        let collected = request.into_body().collect().await;
        let length = collected.map_or(0, |body| body.to_bytes().len());
        Response::new(Body::from(length.to_string()))
    };
    let (server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut client = Client::start(io).await?;
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(client.post("/").await?);
    }
    for _ in 0..200 {
        for (_, body) in &mut streams {
            body.send_data(Bytes::from_static(b"tiny!"), false)?;
        }
        tokio::task::yield_now().await;
    }
    for (response, mut body) in streams {
        body.send_data(Bytes::new(), true)?;
        let response = response.await?;
        assert_eq!(response.headers()["content-length"], "4");
    }
    assert!(server.ended_nothing());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_small_frames_ends() -> Outcome {
    // Those of one byte are taken as far as the windows of four streams go, and a little further.
    for (size, at_most) in [(0_usize, 200), (1, 4 * 65_536 + 17_000)] {
        let (mut server, io) = Server::start(ConnectionLimits::default(), never);
        let mut io = raw(io).await?;
        for stream in [1, 3, 5, 7] {
            io.write_all(&frame(1, 4, stream, GET)).await?;
        }
        let (mut reader, mut writer) = tokio::io::split(io);
        let drained =
            tokio::spawn(async move { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await });
        let mut sent = 0;
        let data: Vec<_> = [1, 3, 5, 7]
            .iter()
            .flat_map(|stream| frame(0, 0, *stream, &vec![0; size]).repeat(10))
            .collect();
        while sent < 400_000 {
            if writer.write_all(&data).await.is_err() {
                break;
            }
            sent += 40;
        }
        assert!(sent < at_most + 8000, "{sent} of {size} bytes");
        drained.await??;
        server.ended().await?;
        assert_eq!(server.ended_only(Ending::Protocol), 1);
    }
    Ok(())
}

/// Whoever asks without listening is not listened to.
#[tokio::test(start_paused = true)]
async fn floods_that_want_answers_wait_for_their_reader() -> Outcome {
    for flood in [frame(6, 0, 0, &[0; 8]), frame(4, 0, 0, b"")] {
        let (mut server, io) = Server::start(ConnectionLimits::default(), never);
        let mut io = raw(io).await?;
        let mut sent = 0;
        while sent < 10 << 20 {
            let Ok(written) = timeout(Duration::from_secs(5), io.write_all(&flood)).await else {
                break;
            };
            written?;
            sent += flood.len();
        }
        assert!(sent < 1 << 20, "{sent} bytes were taken");
        server.ended().await?;
        assert_eq!(server.ended_only(Ending::Write), 1);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_no_http_2_is_counted() -> Outcome {
    let (mut server, io) = Server::start(ConnectionLimits::default(), never);
    let mut io = raw(io).await?;
    io.write_all(&frame(0, 0, 1, b"data of no stream")).await?;
    let frames = frames(&mut io).await;
    assert_eq!(frames.last().map(|last| (last[3], last[16])), Some((7, 1)));
    server.ended().await?;
    assert_eq!(server.ended_only(Ending::Protocol), 1);
    Ok(())
}

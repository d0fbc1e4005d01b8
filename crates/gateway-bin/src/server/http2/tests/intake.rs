//! Small frames on their way to readers that are slow.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use http::Request;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use super::harness::{Client, GET, Outcome, Server, frame, frames, raw};
use crate::server::ConnectionLimits;

/// Says after a second in what pieces a body came, and what it ended with.
async fn pieces(request: Request<Body>) -> Response {
    sleep(Duration::from_secs(1)).await;
    let mut body = request.into_body();
    let (mut pieces, mut next, mut end) = (0, 0, "end".to_owned());
    while let Some(piece) = body.frame().await {
        match piece.map(http_body::Frame::into_data) {
            Ok(Ok(data)) => {
                pieces += usize::from(!data.is_empty());
                for byte in data {
                    assert_eq!(byte, next);
                    next = next.wrapping_add(1) % 251;
                }
            }
            Ok(Err(trailers)) => {
                end = format!("{:?}", trailers.into_trailers().unwrap_or_default());
            }
            Err(_) => end = "error".to_owned(),
        }
    }
    Response::new(Body::from(format!("{pieces} {end}")))
}

/// Counts from 0 to 250 again and again.
fn counting(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_read_in_one_piece_and_in_order() -> Outcome {
    let (server, io) = Server::start(ConnectionLimits::default(), pieces);
    let mut client = Client::start(io).await?;
    for trailers in [false, true] {
        let (response, mut body) = client.post("/").await?;
        // More than are gathered at once, and large ones behind them.
        let bytes = Bytes::from(counting(50_000));
        for at in (0..20_000).step_by(10) {
            body.send_data(bytes.slice(at..at + 10), false)?;
        }
        body.send_data(bytes.slice(20_000..), !trailers)?;
        if trailers {
            let mut fields = http::HeaderMap::new();
            fields.insert("sum", "1".parse()?);
            body.send_trailers(fields)?;
        }
        let mut answer = response.await?.into_body();
        let answer = answer.data().await.ok_or("no answer")??;
        let answer = String::from_utf8_lossy(&answer);
        let (pieces, end) = answer.split_once(' ').ok_or("no end")?;
        assert!(pieces.parse::<usize>()? < 10, "{pieces} pieces");
        assert_eq!(end, if trailers { r#"{"sum": "1"}"# } else { "end" });
    }
    assert!(server.ended_nothing());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_came_before_a_reset_is_read_before_it_shows() -> Outcome {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let respond = move |request: Request<Body>| {
        let sender = sender.clone();
        async move {
            // Not by the stream, which ends with the reset.
            tokio::spawn(async move {
                sleep(Duration::from_secs(1)).await;
                let (mut body, mut length) = (request.into_body(), 0);
                while let Some(Ok(piece)) = body.frame().await {
                    length += piece.data_ref().map_or(0, Bytes::len);
                }
                let _ = sender.send((length, body.frame().await.is_none_or(|last| last.is_err())));
            });
            std::future::pending().await
        }
    };
    let (_server, io) = Server::start(ConnectionLimits::default(), respond);
    let mut io = raw(io).await?;
    io.write_all(&frame(1, 4, 1, GET)).await?;
    io.write_all(&frame(0, 0, 1, b"tiny").repeat(3000)).await?;
    io.write_all(&frame(3, 0, 1, &[0, 0, 0, 8])).await?;
    assert_eq!(receiver.recv().await, Some((12_000, true)));
    Ok(())
}

/// A window full of frames of one byte on each of 16 streams, in ten times as many frames as h2 would bear.
#[tokio::test(start_paused = true)]
async fn windows_may_be_filled_byte_by_byte() -> Outcome {
    let (server, io) = Server::start(ConnectionLimits::default(), pieces);
    let mut io = raw(io).await?;
    for stream in (1..32).step_by(2) {
        io.write_all(&frame(1, 4, stream, GET)).await?;
    }
    let bytes = counting(10_000);
    for chunk in bytes.chunks(100) {
        for stream in (1..32).step_by(2) {
            let frames: Vec<_> = chunk
                .iter()
                .flat_map(|byte| frame(0, 0, stream, &[*byte]))
                .collect();
            io.write_all(&frames).await?;
        }
    }
    for stream in (1..32).step_by(2) {
        io.write_all(&frame(0, 1, stream, b"")).await?;
    }
    sleep(Duration::from_secs(5)).await;
    server.drain(crate::server::Phase::Draining);
    let answers: Vec<_> = frames(&mut io)
        .await
        .into_iter()
        .filter(|frame| frame[3] == 0)
        .collect();
    assert_eq!(answers.len(), 16);
    for answer in answers {
        let answer = String::from_utf8_lossy(&answer[9..]);
        let pieces = answer.strip_suffix(" end").ok_or("no end")?;
        assert!(pieces.parse::<usize>()? < 10, "{pieces} pieces");
    }
    assert!(server.ended_nothing());
    Ok(())
}

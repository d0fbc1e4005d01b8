//! Bodies of frames with little or nothing in them.

use std::future::pending;
use std::time::Duration;

use axum_core::body::Body;
use gateway_testkit::raw_http2::{Ending, Frame, flag, hpack};
use gateway_testkit::upstream::Respond;
use http::{Request, Response};

use super::besieged::{ATTACK, Besieged, HONEST};

/// How often a frame is sent in one write.
const AT_ONCE: usize = 1000;

/// Answers honest requests; reads nothing of others.
fn deaf() -> impl Respond {
    |request: Request<Body>| async move {
        if request.uri().path() != HONEST {
            let _unread = request;
            pending::<()>().await;
        }
        Response::new(Body::from("hello"))
    }
}

/// Bodies on so many streams, of `frame`s without end.
async fn flood(streams: u32, frame: impl Fn(u32) -> Frame) {
    let mut besieged = Besieged::before(deaf()).await;
    let mut attacker = besieged.attacker().await;
    attacker.set_deadline(Duration::from_secs(1));
    let begin = (0..streams).map(|n| Frame::headers(2 * n + 1, hpack::request("POST", "/")));
    attacker.send(begin).await.unwrap();
    let attack = attacker.flood(20_000, ATTACK, |count| {
        frame(2 * (count % streams) + 1).to_bytes().repeat(AT_ONCE)
    });
    let ending = besieged.endures(attack).await.unwrap();
    assert_ne!(ending, Ending::Open);
}

#[tokio::test]
async fn empty_frames_end_the_connection() {
    flood(1, |stream| Frame::data(stream, "")).await;
}

#[tokio::test]
async fn frames_of_padding_end_the_connection() {
    let padding = |stream| {
        let mut frame = Frame::data(stream, vec![1, 0]);
        frame.flags |= flag::PADDED;
        frame
    };
    flood(1, padding).await;
}

/// Every byte is a frame, nobody reads them, and the windows of many streams are used up.
#[tokio::test]
async fn tiny_frames_that_wait_cost_little() {
    flood(1, |stream| Frame::data(stream, "x")).await;
    flood(64, |stream| Frame::data(stream, "x")).await;
}

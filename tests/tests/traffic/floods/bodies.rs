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
/// What tiny frames may cost, the honest clients beside them included.
const GROWTH: u64 = 16 << 20;

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

/// Bodies on so many streams, of `frame`s without end: how that ended, and what memory it cost.
async fn flood(streams: u32, frame: impl Fn(u32) -> Frame) -> (Ending, u64) {
    let mut besieged = Besieged::before(deaf()).await;
    let mut attacker = besieged.attacker().await;
    attacker.set_deadline(Duration::from_secs(1));
    let begin = (0..streams).map(|n| Frame::headers(2 * n + 1, hpack::request("POST", "/")));
    attacker.send(begin).await.unwrap();
    let attack = attacker.flood(20_000, ATTACK, |count| {
        frame(2 * (count % streams) + 1).to_bytes().repeat(AT_ONCE)
    });
    let ending = besieged.endures(attack).await.unwrap();
    (ending, besieged.grown())
}

#[tokio::test]
async fn empty_frames_end_the_connection() {
    let (ending, _) = flood(1, |stream| Frame::data(stream, "")).await;
    assert_ne!(ending, Ending::Open);
}

#[tokio::test]
async fn frames_of_padding_end_the_connection() {
    let padding = |stream| {
        let mut frame = Frame::data(stream, vec![1, 0]);
        frame.flags |= flag::PADDED;
        frame
    };
    let (ending, _) = flood(1, padding).await;
    assert_ne!(ending, Ending::Open);
}

/// Every byte is a frame, nobody reads them, and the windows of many streams are used up. While there is room, that is
/// no fault.
#[tokio::test]
async fn tiny_frames_that_wait_cost_little() {
    for streams in [1, 64] {
        let (_, grown) = flood(streams, |stream| Frame::data(stream, "x")).await;
        assert!(grown < GROWTH, "{streams} streams: {} KiB", grown / 1024);
    }
}

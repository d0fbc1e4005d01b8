//! Frames that are about the connection alone, by the million.

use std::time::Duration;

use gateway_testkit::raw_http2::{Ending, Frame, RawHttp2, setting};
use gateway_testkit::upstream::respond;

use super::besieged::{ATTACK, Besieged};

/// How often a frame is sent in one write.
const AT_ONCE: usize = 1000;
/// Writes, if the gateway bears them all.
const TIMES: u32 = 20_000;
/// How long a write may be held up before it counts as held up.
const STUCK: Duration = Duration::from_secs(1);

/// Sends `frame` as often as it can and reads nothing.
async fn deaf(attacker: &mut RawHttp2, frame: &Frame) -> Ending {
    let bytes = frame.to_bytes().repeat(AT_ONCE);
    attacker.set_deadline(STUCK);
    let deadline = tokio::time::Instant::now() + ATTACK;
    while tokio::time::Instant::now() < deadline {
        match attacker.send_deaf(&bytes).await {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => return Ending::Blocked,
            Err(_) => return Ending::Closed,
        }
    }
    Ending::Open
}

/// Sends `frame` as often as it can and reads all that comes.
async fn flood(attacker: &mut RawHttp2, frame: &Frame) {
    let bytes = frame.to_bytes().repeat(AT_ONCE);
    attacker.set_deadline(STUCK);
    let flood = attacker.flood(TIMES, ATTACK, |_| bytes.clone());
    flood.await.unwrap();
}

#[tokio::test]
async fn answers_that_are_not_read_are_not_piled_up() {
    for frame in [
        Frame::ping(1),
        Frame::settings(&[(setting::MAX_FRAME_SIZE, 16_384)]),
        Frame::settings(&[]),
    ] {
        let mut besieged = Besieged::before(respond::text("hello")).await;
        let mut attacker = besieged.attacker().await;
        let ending = besieged.endures(deaf(&mut attacker, &frame)).await;
        assert_ne!(ending, Ending::Open, "{frame:?}");
    }
}

#[tokio::test]
async fn frames_without_a_request_are_borne_or_end_the_connection() {
    for frame in [
        Frame::ping(1),
        Frame::settings(&[(setting::INITIAL_WINDOW_SIZE, 1)]),
        Frame::priority(1, 3),
        Frame::new(0xfe, 0, 0, vec![0; 8]),
    ] {
        let mut besieged = Besieged::before(respond::text("hello")).await;
        let mut attacker = besieged.attacker().await;
        // They cost less than requests do; what counts is that others are served and nothing is kept.
        besieged.endures(flood(&mut attacker, &frame)).await;
    }
}

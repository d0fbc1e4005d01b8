//! Streams begun to be reset, by the client or by the gateway.

use std::future::pending;

use axum_core::body::Body;
use gateway_testkit::raw_http2::{Ending, Frame, error_code, hpack};
use gateway_testkit::upstream::Respond;
use http::{Request, Response};

use super::besieged::{ATTACK, Besieged, HONEST};

/// Streams that are begun in one write.
const AT_ONCE: u32 = 50;
/// Writes, if the gateway bears them all.
const TIMES: u32 = 2000;

/// Answers honest requests, and never others.
fn busy() -> impl Respond {
    |request: Request<Body>| async move {
        if request.uri().path() != HONEST {
            pending::<()>().await;
        }
        Response::new(Body::from("hello"))
    }
}

/// The number of the stream that is begun as number `index` of the write `count`.
fn stream(count: u32, index: u32) -> u32 {
    2 * (count * AT_ONCE + index) + 1
}

/// So many streams in one write, each begun with a GET and followed by what `then` says.
fn begun(count: u32, then: impl Fn(u32) -> Frame) -> Vec<u8> {
    (0..AT_ONCE)
        .map(|index| stream(count, index))
        .flat_map(|stream| {
            let head = Frame::headers(stream, hpack::request("GET", "/")).ending();
            [head.to_bytes(), then(stream).to_bytes()].concat()
        })
        .collect()
}

/// CVE-2023-44487: every stream is reset by the client as soon as it is begun.
#[tokio::test]
async fn rapid_resets_end_the_connection() {
    let mut besieged = Besieged::before(busy()).await;
    let mut attacker = besieged.attacker().await;
    let attack = attacker.flood(TIMES, ATTACK, |count| {
        begun(count, |stream| Frame::reset(stream, error_code::CANCEL))
    });
    let ending = besieged.endures(attack).await.unwrap();
    assert_eq!(ending, Ending::GoAway(error_code::ENHANCE_YOUR_CALM));
}

/// CVE-2025-8671: every stream is made faulty by the client, so that the gateway resets it.
#[tokio::test]
async fn resets_that_the_client_provokes_end_the_connection() {
    for fault in [
        |stream| Frame::window_update(stream, 0),
        |stream| Frame::window_update(stream, 0x7fff_ffff),
        |stream| Frame::priority(stream, stream),
    ] {
        let mut besieged = Besieged::before(busy()).await;
        let mut attacker = besieged.attacker().await;
        let attack = attacker.flood(TIMES, ATTACK, |count| begun(count, fault));
        let ending = besieged.endures(attack).await.unwrap();
        assert!(ending.is_end(), "{ending:?}");
    }
}

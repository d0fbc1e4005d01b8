//! Windows that are kept shut, or opened too far.

use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use gateway_testkit::body::BodyScript;
use gateway_testkit::raw_http2::{Ending, Frame, error_code, hpack, kind, setting};
use gateway_testkit::upstream::{Respond, respond};
use http::{Request, Response};

use super::besieged::{Besieged, HONEST};
use crate::protocol::Protocol;

/// Streams whose answers nobody takes.
const STREAMS: u32 = 90;

/// Answers honest requests; others get 64 MiB.
fn large() -> impl Respond {
    |request: Request<Body>| async move {
        if request.uri().path() == HONEST {
            return Response::new(Body::from("hello"));
        }
        let chunk = Bytes::from(vec![b'x'; 64 << 10]);
        Response::new(BodyScript::new().repeat(chunk, 1024).into_body())
    }
}

/// The windows stay at nothing, or at what the attacker took a first bite of: large answers wait, in bounded
/// memory, until the write timeout ends them.
#[tokio::test]
async fn answers_that_nobody_takes_end_in_time() {
    for (upstream, window) in [
        (Protocol::Http1, 0),
        (Protocol::Http2, 0),
        (Protocol::Http1, 10),
    ] {
        let mut besieged = Besieged::with("write-timeout = \"2s\"", upstream, large()).await;
        let window = [(setting::INITIAL_WINDOW_SIZE, window)];
        let mut attacker = besieged.attacker_with(&window).await;
        let attack = async {
            let get = |n| Frame::headers(2 * n + 1, hpack::request("GET", "/")).ending();
            attacker.send((0..STREAMS).map(get)).await.unwrap();
            let mut open = STREAMS;
            attacker.set_deadline(Duration::from_secs(12));
            while open > 0 {
                match attacker.read_frame().await.unwrap() {
                    Some(frame) if frame.kind == kind::RST_STREAM => open -= 1,
                    Some(_) => {}
                    None => return,
                }
            }
        };
        besieged.endures(attack).await;
        // Nothing of the answers is fetched for nobody.
        let connections = besieged.upstream.connections();
        assert!(connections <= 2 * STREAMS as usize, "{connections}");
    }
}

#[tokio::test]
async fn a_window_that_is_opened_too_far_is_an_error() {
    let mut besieged = Besieged::before(respond::text("hello")).await;
    let mut attacker = besieged.attacker().await;
    let attack = async {
        attacker
            .send([Frame::window_update(0, 0x7fff_ffff)])
            .await
            .unwrap();
        attacker.ending().await
    };
    assert_eq!(
        besieged.endures(attack).await,
        Ending::GoAway(error_code::FLOW_CONTROL_ERROR)
    );

    let mut besieged = Besieged::with("", Protocol::Http1, large()).await;
    let window = [(setting::INITIAL_WINDOW_SIZE, 10)];
    let mut attacker = besieged.attacker_with(&window).await;
    let attack = async {
        let get = Frame::headers(1, hpack::request("GET", "/")).ending();
        let update = Frame::window_update(1, 0x7fff_ffff);
        attacker.send([get, update]).await.unwrap();
        attacker.read_stream(1).await.unwrap()
    };
    let frames = besieged.endures(attack).await;
    let reset = frames.last().unwrap();
    assert_eq!(reset.code(), Some(error_code::FLOW_CONTROL_ERROR));
}

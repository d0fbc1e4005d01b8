//! Heads without end, and heads that are larger than they look.

use gateway_testkit::raw_http2::{Ending, Frame, error_code, flag, hpack, kind};
use gateway_testkit::upstream::respond;

use super::besieged::{ATTACK, Besieged};

/// A frame's worth of fields.
fn fields() -> Vec<u8> {
    hpack::literal("x-flood", &"x".repeat(1000)).repeat(16)
}

/// CVE-2024-27316: a head that never ends.
#[tokio::test]
async fn continuations_without_end_end_the_connection() {
    for fields in [fields(), hpack::literal("a", ""), Vec::new()] {
        let mut besieged = Besieged::before(respond::text("hello")).await;
        let mut attacker = besieged.attacker().await;
        let head = Frame::headers(1, hpack::request("GET", "/")).unfinished();
        attacker.send([head]).await.unwrap();
        let more = Frame::new(kind::CONTINUATION, 0, 1, fields).to_bytes();
        let attack = attacker.flood(100_000, ATTACK, |_| more.clone());
        let ending = besieged.endures(attack).await.unwrap();
        assert!(ending.is_end(), "{ending:?}");
        assert!(
            besieged
                .upstream
                .requests()
                .iter()
                .all(|seen| seen.uri != "/")
        );
    }
}

/// One field of 4 KB in the table, and thousands of references to it of one byte each.
#[tokio::test]
async fn a_bomb_of_references_is_not_unpacked() {
    let mut besieged = Besieged::before(respond::text("hello")).await;
    let mut attacker = besieged.attacker().await;
    let big = hpack::indexing("x-bomb", &"x".repeat(4000));
    let planted = [hpack::request("GET", "/planted"), big].concat();
    let references = hpack::indexed(62).repeat(16_000);
    let bomb = [hpack::request("GET", "/bomb"), references].concat();
    let attack = async {
        attacker
            .send([Frame::headers(1, planted).ending()])
            .await
            .unwrap();
        attacker
            .flood(500, ATTACK, |count| {
                let bomb = &bomb[..16_000];
                Frame::headers(2 * count + 3, bomb.to_vec())
                    .ending()
                    .to_bytes()
            })
            .await
            .unwrap()
    };
    let ending = besieged.endures(attack).await;
    let seen = besieged.upstream.requests();
    assert!(seen.iter().all(|seen| seen.uri != "/bomb"), "{ending:?}");
    assert!(ending.is_end(), "{ending:?}");
}

/// A head that is too large is refused, and its connection goes on.
#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let mut besieged = Besieged::before(respond::text("hello")).await;
    let mut client = besieged.attacker().await;
    let honest = besieged.endures(async {
        let block = [hpack::request("GET", "/"), fields()].concat();
        let mut frames = vec![Frame::headers(1, block).unfinished().ending()];
        frames.extend((0..5).map(|part| {
            let last = if part == 4 { flag::END_HEADERS } else { 0 };
            let fields = hpack::literal("x-large", &"x".repeat(12_000));
            Frame::new(kind::CONTINUATION, last, 1, fields)
        }));
        client.send(frames).await.unwrap();
        let refused = client.read_stream(1).await.unwrap();
        client
            .send([Frame::headers(3, hpack::request("GET", "/")).ending()])
            .await
            .unwrap();
        let served = client.read_stream(3).await.unwrap();
        (refused[0].status(), served[0].status())
    });
    assert_eq!(honest.await, (Some(431), Some(200)));
    let calm = client.ending();
    assert_ne!(calm.await, Ending::GoAway(error_code::ENHANCE_YOUR_CALM));
}

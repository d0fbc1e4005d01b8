//! Tunnels over streams in memory.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::run::{TunnelEnd, run};
use crate::server::{Drain, Phase};

const IDLE: Duration = Duration::from_secs(300);
const GOING_AWAY: [u8; 4] = [0x88, 2, 0x03, 0xe9];

/// Both ends of a tunnel, and the tunnel.
struct Joined {
    client: DuplexStream,
    upstream: DuplexStream,
    drain: Drain,
    tunnel: JoinHandle<TunnelEnd>,
}

/// A tunnel whose ends take `buffer` bytes that nobody has read.
fn join(buffer: usize, already_read: &'static [u8]) -> Joined {
    let (client, client_end) = duplex(buffer);
    let (upstream, upstream_end) = duplex(buffer);
    let drain = Drain::new();
    let watched = drain.clone();
    let tunnel = tokio::spawn(async move {
        let already_read = Bytes::from_static(already_read);
        run(
            client_end,
            already_read,
            Box::new(upstream_end),
            IDLE,
            &watched,
        )
        .await
    });
    Joined {
        client,
        upstream,
        drain,
        tunnel,
    }
}

async fn next<const N: usize>(stream: &mut DuplexStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

async fn rest(stream: &mut DuplexStream) -> Vec<u8> {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    rest
}

/// The close frame that a server has been sent, without its mask.
async fn unmasked_close(upstream: &mut DuplexStream) -> [u8; 4] {
    let [first, second, a, b, _, _, high, low] = next(upstream).await;
    [first, second & 0x7f, high ^ a, low ^ b]
}

#[tokio::test(start_paused = true)]
async fn bytes_pass_both_ways_and_what_was_read_comes_first() {
    let mut joined = join(1024, b"early");
    joined.client.write_all(b", late").await.unwrap();
    assert_eq!(&next(&mut joined.upstream).await, b"early, late");
    joined.upstream.write_all(b"answer").await.unwrap();
    assert_eq!(&next(&mut joined.client).await, b"answer");
    drop(joined.client);
    assert_eq!(rest(&mut joined.upstream).await, b"");
    drop(joined.upstream);
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Closed);
}

#[tokio::test(start_paused = true)]
async fn who_reads_nothing_is_sent_little_and_gets_everything() {
    const SENT: usize = 4 * 1024 * 1024;
    let mut joined = join(1024, b"");
    let sent: Vec<u8> = (0..SENT).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let expected = sent.clone();
    let (mut reader, mut writer) = tokio::io::split(joined.client);
    let mut accepted = 0;
    while let Ok(Ok(length)) = timeout(
        Duration::from_secs(1),
        writer.write(sent.get(accepted..).unwrap()),
    )
    .await
    {
        accepted += length;
    }
    assert!(accepted < 64 * 1024, "{accepted} bytes are kept");
    let sending = tokio::spawn(async move {
        writer.write_all(&sent[accepted..]).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    assert!(rest(&mut joined.upstream).await == expected);
    sending.await.unwrap();
    // The other direction is still open.
    joined.upstream.write_all(b"thanks").await.unwrap();
    joined.upstream.shutdown().await.unwrap();
    let mut last = Vec::new();
    reader.read_to_end(&mut last).await.unwrap();
    assert_eq!(last, b"thanks");
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_tunnel_at_rest_goes_and_one_that_is_used_stays() {
    let started = Instant::now();
    let mut joined = join(1024, b"");
    for _ in 0..3 {
        sleep(IDLE - Duration::from_secs(1)).await;
        joined.upstream.write_all(b"x").await.unwrap();
        assert_eq!(&next(&mut joined.client).await, b"x");
    }
    assert_eq!(rest(&mut joined.client).await, b"");
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Idle);
    let lasted = started.elapsed();
    let expected = IDLE * 4 - Duration::from_secs(3);
    assert!(lasted >= expected && lasted < expected + Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_drain_says_goodbye_to_both_ends() {
    let mut joined = join(1024, b"");
    joined.upstream.write_all(b"\x81\x02hi").await.unwrap();
    assert_eq!(&next(&mut joined.client).await, b"\x81\x02hi");
    joined.drain.advance(Phase::Draining);
    assert_eq!(next(&mut joined.client).await, GOING_AWAY);
    assert_eq!(unmasked_close(&mut joined.upstream).await, GOING_AWAY);
    // What follows has nobody to go to.
    joined.upstream.write_all(b"\x81\x04late").await.unwrap();
    joined.client.write_all(b"\x81\x84????late").await.unwrap();
    joined.upstream.write_all(&GOING_AWAY).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    assert!(
        !joined.tunnel.is_finished(),
        "the client has not answered yet"
    );
    let answer = b"\x88\x82\0\0\0\0\x03\xe9";
    joined.client.write_all(answer).await.unwrap();
    assert_eq!(rest(&mut joined.client).await, b"");
    assert_eq!(rest(&mut joined.upstream).await, b"");
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Drained);
}

#[tokio::test(start_paused = true)]
async fn a_frame_under_way_ends_before_the_goodbye() {
    let mut joined = join(1024, b"\x82\x85mask12");
    let begun = b"\x82\x7e\x01\x00abc";
    joined.upstream.write_all(begun).await.unwrap();
    assert_eq!(&next(&mut joined.client).await, begun);
    assert_eq!(&next(&mut joined.upstream).await, b"\x82\x85mask12");
    joined.drain.advance(Phase::Draining);
    sleep(Duration::from_secs(20)).await;
    joined.client.write_all(b"345\x81\x80mask").await.unwrap();
    let rest_of_frame = [[b'x'; 253].as_slice(), b"\x81\x04late"].concat();
    joined.upstream.write_all(&rest_of_frame).await.unwrap();
    assert_eq!(next(&mut joined.client).await, [b'x'; 253]);
    assert_eq!(next(&mut joined.client).await, GOING_AWAY);
    assert_eq!(&next(&mut joined.upstream).await, b"345");
    assert_eq!(unmasked_close(&mut joined.upstream).await, GOING_AWAY);
    drop((joined.client, joined.upstream));
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Drained);
}

#[tokio::test(start_paused = true)]
async fn a_drain_leaves_a_close_under_way_alone() {
    let mut joined = join(1024, b"");
    let bye = b"\x88\x82\0\0\0\0\x0b\xb8";
    joined.client.write_all(bye).await.unwrap();
    assert_eq!(&next(&mut joined.upstream).await, bye);
    joined.drain.advance(Phase::Draining);
    sleep(Duration::from_secs(1)).await;
    joined
        .upstream
        .write_all(b"\x88\x02\x0b\xb8")
        .await
        .unwrap();
    assert_eq!(rest(&mut joined.client).await, b"\x88\x02\x0b\xb8");
    assert_eq!(rest(&mut joined.upstream).await, b"");
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Drained);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_answer_a_goodbye_is_waited_for_a_moment() {
    let joined = join(1024, b"");
    joined.drain.advance(Phase::Draining);
    let started = Instant::now();
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Drained);
    assert_eq!(started.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn who_is_in_the_middle_of_a_frame_is_cut_when_the_drain_is_over() {
    let mut joined = join(1024, b"\x82\x85");
    joined.drain.advance(Phase::Draining);
    assert_eq!(next(&mut joined.client).await, GOING_AWAY);
    sleep(Duration::from_secs(60)).await;
    assert!(!joined.tunnel.is_finished());
    joined.drain.advance(Phase::Closed);
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Cut);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_breaks_takes_the_other_with_it() {
    let mut joined = join(1024, b"");
    drop(joined.upstream);
    joined.client.write_all(b"x").await.unwrap();
    assert_eq!(rest(&mut joined.client).await, b"");
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Broken);
}

#[tokio::test(start_paused = true)]
async fn who_sends_no_more_is_told_all_the_same() {
    let mut joined = join(1024, b"");
    joined.client.shutdown().await.unwrap();
    assert_eq!(rest(&mut joined.upstream).await, b"");
    joined.drain.advance(Phase::Draining);
    assert_eq!(next(&mut joined.client).await, GOING_AWAY);
    joined.upstream.shutdown().await.unwrap();
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Drained);
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_right_behind_a_frame_is_heard() {
    let mut joined = join(1024, b"\x82\x81mask");
    joined.upstream.write_all(b"\x82\x02a").await.unwrap();
    sleep(Duration::from_secs(1)).await;
    joined.drain.advance(Phase::Draining);
    sleep(Duration::from_secs(1)).await;
    let started = Instant::now();
    joined.upstream.write_all(b"b\x88\0").await.unwrap();
    let of_client = b"1\x88\x80mask";
    joined.client.write_all(of_client).await.unwrap();
    assert_eq!(
        rest(&mut joined.client).await,
        b"\x82\x02ab\x88\x02\x03\xe9"
    );
    assert_eq!(joined.tunnel.await.unwrap(), TunnelEnd::Drained);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

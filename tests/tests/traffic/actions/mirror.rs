//! Copies of requests for another upstream, never in the way of the answer.

use std::future::pending;
use std::time::{Duration, Instant};

use axum_core::body::Body;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::{BodyProgress, RawUpstream, Upstream, respond};
use gateway_testkit::{InProcessGateway, free_address, wait_until};
use http::Request;

use crate::PATIENCE;
use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::{Protocol, WAYS};

/// What a copy that is waited for would take at the least.
const DELAY: Duration = Duration::from_secs(5);

/// A gateway that sends all to `main` and a copy to `copy`.
fn mirroring(
    main: &Upstream,
    copy: std::net::SocketAddr,
    protocol: Protocol,
    percent: &str,
) -> InProcessGateway {
    let main = upstream_section("main", main.address(), protocol);
    let copy = upstream_section("copy", copy, protocol);
    let mirror = format!("mirror = {{ upstream = \"copy\"{percent} }}\n");
    InProcessGateway::start(&format!("{LISTENER}{main}{copy}{ALL}{mirror}")).unwrap()
}

fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("/a//b?x=1")
        .header("x-one", "1")
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn the_copy_is_the_same_request_with_its_body() {
    for (protocol, upstream) in WAYS {
        let main = Upstream::start(respond::text("main")).await.unwrap();
        let copy = Upstream::start(respond::text("copy")).await.unwrap();
        let gateway = mirroring(&main, copy.address(), upstream, "");
        let client = protocol.connect(gateway.address("public").unwrap()).await;
        assert_eq!(client.send(post("payload")).await.unwrap().text(), "main");
        let complete = async || {
            copy.requests()
                .first()
                .is_some_and(|seen| seen.progress == BodyProgress::Complete)
        };
        wait_until(PATIENCE, complete).await.unwrap();
        let (original, copied) = (main.requests().remove(0), copy.requests().remove(0));
        assert_eq!(copied.body, "payload", "{protocol:?} {upstream:?}");
        assert_eq!(
            (copied.method, copied.uri.path_and_query()),
            (original.method, original.uri.path_and_query())
        );
        assert_eq!(copied.headers, original.headers);
    }
}

#[tokio::test]
async fn copies_with_a_body_share_a_connection() {
    let copy = Upstream::start(respond::text("copy")).await.unwrap();
    let main = Upstream::start(respond::text("main")).await.unwrap();
    let gateway = mirroring(&main, copy.address(), Protocol::Http1, "");
    let client = Protocol::Http1
        .connect(gateway.address("public").unwrap())
        .await;
    for _ in 0..5 {
        client.send(post("payload")).await.unwrap();
        // The answer to the copy is awaited by nobody.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(copy.connections(), 1);
}

#[tokio::test]
async fn a_copy_that_goes_wrong_is_never_noticed() {
    let large = vec![b'x'; 4 << 20];
    let silent = RawUpstream::start(|mut connection: RawConnection| async move {
        connection.read_request().await?;
        pending().await
    });
    let deaf = RawUpstream::start(|mut connection: RawConnection| async move {
        connection.read_head().await?;
        pending().await
    });
    let (silent, deaf) = (silent.await.unwrap(), deaf.await.unwrap());
    for copy in [silent.address(), deaf.address(), free_address().unwrap()] {
        let main = Upstream::start(respond::text("main")).await.unwrap();
        let gateway = mirroring(&main, copy, Protocol::Http1, "");
        let client = Protocol::Http1
            .connect(gateway.address("public").unwrap())
            .await;
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(
                client.send(post(large.clone())).await.unwrap().text(),
                "main"
            );
            assert_eq!(
                main.requests().pop().unwrap().body_length,
                large.len() as u64
            );
        }
        assert!(start.elapsed() < DELAY, "{:?}", start.elapsed());
    }
    assert!(silent.connections() > 0 && deaf.connections() > 0);
}

#[tokio::test]
async fn a_percentage_is_copied() {
    for (percent, expected) in [("0", 0..=0), ("50", 42..=158), ("100", 200..=200)] {
        let main = Upstream::start(respond::text("main")).await.unwrap();
        let copy = Upstream::start(respond::text("copy")).await.unwrap();
        let gateway = mirroring(
            &main,
            copy.address(),
            Protocol::Http1,
            &format!(", percent = {percent}"),
        );
        let client = Protocol::Http1
            .connect(gateway.address("public").unwrap())
            .await;
        for _ in 0..200 {
            client.get("/").await.unwrap();
        }
        // The last copies may still be on their way.
        let arrived = async || copy.requests().len() >= *expected.start();
        wait_until(PATIENCE, arrived).await.unwrap();
        assert!(
            expected.contains(&copy.requests().len()),
            "{percent} %: {}",
            copy.requests().len()
        );
    }
}

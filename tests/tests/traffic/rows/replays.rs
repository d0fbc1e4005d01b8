//! What is sent again when a kept connection turns out to be gone: 64 KiB, and not a byte more.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum_core::body::Body;
use gateway_testkit::body::BodyScript;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::RawUpstream;
use gateway_testkit::{Answer, InProcessGateway};
use http::Request;

use super::counted::{ADMIN, becomes, event};
use crate::passage::{ALL, gateway_before};
use crate::protocol::{PROTOCOLS, Protocol};

/// How much of a body is remembered.
const REMEMBERED: usize = 64 << 10;

/// Answers the first request of each connection; takes the second as a whole and closes without a word.
async fn forgetful(mut connection: RawConnection, second: Arc<AtomicUsize>) -> io::Result<()> {
    connection.read_request().await?;
    connection
        .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
        .await?;
    connection.read_request().await?;
    second.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// An upstream, how many second requests it has swallowed, and the gateway before it, which keeps one connection.
async fn before() -> (RawUpstream, Arc<AtomicUsize>, InProcessGateway) {
    let second = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&second);
    let upstream = RawUpstream::start(move |c| forgetful(c, Arc::clone(&counter)))
        .await
        .unwrap();
    let gateway = gateway_before(
        upstream.address(),
        Protocol::Http1,
        &format!("{ADMIN}{ALL}"),
    );
    (upstream, second, gateway)
}

/// Sends a request with a body of this length, which its head names.
async fn send(gateway: &InProcessGateway, client: Protocol, method: &str, length: usize) -> Answer {
    let client = client.connect(gateway.address("public").unwrap()).await;
    let request = Request::builder().method(method).uri("/");
    let request = request.body(Body::from("x".repeat(length))).unwrap();
    client.send(request).await.unwrap()
}

/// How many requests of `method` the upstream got.
fn seen(upstream: &RawUpstream, method: &str) -> usize {
    let all = String::from_utf8(upstream.received().concat()).unwrap();
    all.matches(&format!("{method} / HTTP")).count()
}

#[tokio::test]
async fn a_body_of_64_kib_is_sent_again() {
    for client in PROTOCOLS {
        for length in [0, 1, REMEMBERED] {
            let (upstream, second, gateway) = before().await;
            assert_eq!(send(&gateway, client, "GET", 0).await.text(), "first");
            let told = send(&gateway, client, "PUT", length).await;
            assert_eq!(told.status.as_u16(), 200, "{client:?} {length}: {told:?}");
            assert_eq!(
                second.load(Ordering::Relaxed),
                1,
                "the kept connection was used: {client:?} {length}"
            );
            assert_eq!(seen(&upstream, "PUT"), 2);
            becomes(&gateway, &event("requests-retried"), 1).await;
            let again = &upstream.received()[1];
            assert!(again.ends_with("x".repeat(length).as_bytes()));
        }
    }
}

/// What is longer goes over a connection that nobody has used, whether its head says so or nothing.
#[tokio::test]
async fn one_byte_more_is_never_sent_again() {
    for client in PROTOCOLS {
        for declared in [true, false] {
            let (upstream, second, gateway) = before().await;
            assert_eq!(send(&gateway, client, "GET", 0).await.text(), "first");
            let client = client.connect(gateway.address("public").unwrap()).await;
            let body = "x".repeat(REMEMBERED + 1);
            let body = match declared {
                true => Body::from(body),
                false => BodyScript::new().data(body).into_body(),
            };
            let answer = client
                .send(Request::put("/").body(body).unwrap())
                .await
                .unwrap();
            assert_eq!(
                (answer.status.as_u16(), answer.text()),
                (200, "first".into())
            );
            assert_eq!(
                (seen(&upstream, "PUT"), second.load(Ordering::Relaxed)),
                (1, 0)
            );
            becomes(&gateway, &event("requests-retried"), 0).await;
        }
    }
}

#[tokio::test]
async fn a_post_is_never_made_twice() {
    for client in PROTOCOLS {
        let (upstream, _, gateway) = before().await;
        assert_eq!(send(&gateway, client, "GET", 0).await.text(), "first");
        let mut posts = 0;
        for _ in 0..20 {
            let told = send(&gateway, client, "POST", 2).await;
            assert!(matches!(told.status.as_u16(), 200 | 502), "{told:?}");
            posts += 1;
        }
        assert_eq!(seen(&upstream, "POST"), posts);
    }
}

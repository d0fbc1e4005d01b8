//! Responses whose end is in doubt, that break off, or that have more behind them.

use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::{Misbehaviour, RawUpstream};

use super::asking::get;
use super::counted::{ADMIN, becomes, event, value};
use crate::passage::{ALL, gateway_before};
use crate::protocol::{PROTOCOLS, Protocol};

#[tokio::test]
async fn doubtful_framing_is_502_and_never_silence() {
    for fields in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: ",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        "X: y\r\n folded",
        "X: a\0b",
    ] {
        let script = move |mut connection: RawConnection| async move {
            connection.read_request().await?;
            let response = format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            connection.send(response).await?;
            connection.read_to_end().await.map(drop)
        };
        let upstream = RawUpstream::start(script).await.unwrap();
        let gateway = gateway_before(
            upstream.address(),
            Protocol::Http1,
            &format!("{ADMIN}{ALL}"),
        );
        for protocol in PROTOCOLS {
            let told = get(protocol, gateway.address("public").unwrap()).await;
            assert_eq!(
                (told.status, told.is_whole),
                (502, true),
                "{fields:?}: {told:?}"
            );
            assert!(
                told.body.contains("\"upstream/malformed-response\""),
                "{}",
                told.body
            );
            // Whatever a library has to say of it stays inside.
            for word in ["httparse", "hyper", "h2", "127.0.0.1", "error:"] {
                assert!(!told.body.contains(word), "{word}: {}", told.body);
            }
        }
        becomes(&gateway, &event("responses-malformed"), 2).await;
        // It was asked once for each, over a connection that served nobody else.
        assert_eq!(upstream.connections(), 2);
    }
}

#[tokio::test]
async fn bytes_behind_a_response_cost_the_connection() {
    let upstream = RawUpstream::misbehaving(Misbehaviour::ExtraBytes)
        .await
        .unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    for protocol in PROTOCOLS {
        for _ in 0..5 {
            let told = get(protocol, gateway.address("public").unwrap()).await;
            assert_eq!((told.status, told.body.as_str()), (200, "hello"));
        }
    }
    assert_eq!(upstream.connections(), 10);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_shown_as_cut_and_counted() {
    for misbehaviour in [
        Misbehaviour::CloseMidBody,
        Misbehaviour::CloseMidChunks,
        Misbehaviour::ResetMidBody,
    ] {
        let upstream = RawUpstream::misbehaving(misbehaviour).await.unwrap();
        let gateway = gateway_before(
            upstream.address(),
            Protocol::Http1,
            &format!("{ADMIN}{ALL}"),
        );
        for protocol in PROTOCOLS {
            let told = get(protocol, gateway.address("public").unwrap()).await;
            assert!(!told.is_whole, "{misbehaviour:?} {protocol:?}: {told:?}");
        }
        becomes(&gateway, &event("responses-cut-short"), 2).await;
        assert_eq!(value(&gateway, &event("requests-retried")).await, 0);
    }
}

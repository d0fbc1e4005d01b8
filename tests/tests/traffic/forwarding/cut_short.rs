//! A body that breaks off is never taken for a whole one.

use std::time::Duration;

use gateway_testkit::body::BodyScript;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::BodyProgress;
use gateway_testkit::upstream::{Misbehaviour, RawUpstream, respond};
use gateway_testkit::wait_until;

use crate::PATIENCE;
use crate::passage::{ALL, Passage, gateway_before};
use crate::protocol::{Protocol, WAYS};

#[tokio::test]
async fn a_response_cut_by_the_upstream_is_cut_for_the_client() {
    for misbehaviour in [
        Misbehaviour::CloseMidBody,
        Misbehaviour::CloseMidChunks,
        Misbehaviour::ResetMidBody,
        Misbehaviour::MalformedChunk,
    ] {
        let upstream = RawUpstream::misbehaving(misbehaviour).await.unwrap();
        let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
        let address = gateway.address("public").unwrap();
        let mut client = RawConnection::connect(address).await.unwrap();
        client
            .send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let cut = client.read_response().await;
        // Where nothing of the body was good, the gateway may still say so with a status of its own.
        let is_shown = cut
            .as_ref()
            .map_or(true, |response| response.status().unwrap() == 502);
        assert!(is_shown, "{misbehaviour:?}: {cut:?}");
        if cut.is_err() {
            assert!(client.closes_within(PATIENCE).await, "{misbehaviour:?}");
        }
        let answer = Protocol::Http2.connect(address).await.get("/").await;
        let is_shown = answer.as_ref().map_or(true, |answer| answer.status == 502);
        assert!(is_shown, "{misbehaviour:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_response_that_breaks_off_is_an_error_on_every_way() {
    for (client, upstream) in WAYS {
        let failing = || {
            BodyScript::new()
                .data("part")
                .pause(Duration::from_millis(20))
                .fail()
        };
        let passage = Passage::to(upstream, respond::stream(failing)).await;
        let answer = passage.client(client).await.get("/").await;
        assert!(answer.is_err(), "{client:?} {upstream:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_malformed_request_body_is_the_clients_fault() {
    for upstream in [Protocol::Http1, Protocol::Http2] {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let mut client = passage.raw().await;
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        client.send(head).await.unwrap();
        passage
            .upstream
            .wait_for_requests(1, PATIENCE)
            .await
            .unwrap();
        client.send("nonsense\r\n").await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(response.status().unwrap(), 400, "{response:?}");
        assert!(
            response.text().contains("request/body-malformed"),
            "{}",
            response.text()
        );
        assert!(client.closes_within(PATIENCE).await);
        let failed = async || passage.seen().progress == BodyProgress::Failed;
        wait_until(PATIENCE, failed).await.unwrap();
        // The upstream is as good as before.
        let answer = passage
            .client(Protocol::Http1)
            .await
            .get("/")
            .await
            .unwrap();
        assert_eq!(answer.text(), "done");
    }
}

#[tokio::test]
async fn a_request_body_that_breaks_off_breaks_off_at_the_upstream() {
    for upstream in [Protocol::Http1, Protocol::Http2] {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let mut client = passage.raw().await;
        client
            .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            .await
            .unwrap();
        passage
            .upstream
            .wait_for_requests(1, PATIENCE)
            .await
            .unwrap();
        drop(client);
        let failed = async || passage.seen().progress == BodyProgress::Failed;
        wait_until(PATIENCE, failed).await.unwrap();
    }
}

#[tokio::test]
async fn an_old_upstream_that_breaks_off_is_cut_for_the_client_too() {
    let old = |mut connection: RawConnection| async move {
        connection.read_request().await?;
        connection.send("HTTP/1.0 200 OK\r\n\r\npart").await?;
        // What was sent must have been read, or the reset takes it back.
        tokio::time::sleep(Duration::from_millis(50)).await;
        connection.reset()
    };
    let upstream = RawUpstream::start(old).await.unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    let address = gateway.address("public").unwrap();
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let answer = protocol.connect(address).await.get("/").await;
        assert!(answer.is_err(), "{protocol:?}: {answer:?}");
    }
}

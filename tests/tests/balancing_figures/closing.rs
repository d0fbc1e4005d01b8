//! An endpoint closes each connection after a response: without a word over HTTP/1.1, with GOAWAY over HTTP/2.
//!
//! That is no failure of the endpoint, which goes on having its share. A POST must find a connection that is not
//! about to close; one that meets the close all the same may have been received, and fails.

use std::time::Duration;

use e2e::scripted::{Deed, Mood};
use tokio::time::sleep;

use crate::protocol::Protocol;
use crate::trial::Trial;

const CLOSING: Duration = Duration::from_secs(2);
const BACK: Duration = Duration::from_secs(1);

async fn closes(protocol: Protocol) {
    let mut trial = Trial::of_two("an endpoint closes connections", protocol)
        .await
        .unwrap();
    trial.mark();
    trial.upstreams[0].be(Mood::Closing).await.unwrap();
    sleep(CLOSING).await;
    trial.mark();
    trial.upstreams[0].be(Mood::Well).await.unwrap();
    sleep(BACK).await;
    trial.mark();
    let findings = trial.finish().await.unwrap();

    findings.assert_gets(|_| false);
    findings.assert_posts();
    assert!(findings.deeds(0, Deed::Served, 0, 1) > 500, "it is avoided");
    assert!(findings.deeds(0, Deed::Served, 1, 2) > 200, "not back");
}

#[tokio::test]
async fn an_http1_endpoint_closes_each_connection() {
    closes(Protocol::Http1).await;
}

#[tokio::test]
async fn an_http2_endpoint_closes_each_connection() {
    closes(Protocol::Http2).await;
}

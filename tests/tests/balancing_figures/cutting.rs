//! An endpoint resets in the middle of a body: the connection over HTTP/1.1, the stream over HTTP/2.
//!
//! An answer has begun, so that nobody can ask elsewhere: the client sees that it is cut, and never takes it for
//! whole. What is cut before the gateway has read its head is no answer yet, and a GET is sent again then.

use std::time::Duration;

use e2e::scripted::{Deed, Mood};
use tokio::time::sleep;

use crate::protocol::Protocol;
use crate::record::Outcome;
use crate::trial::Trial;

const CUTTING: Duration = Duration::from_secs(2);
const BACK: Duration = Duration::from_secs(1);

async fn cuts(protocol: Protocol) {
    let mut trial = Trial::of_two("an endpoint resets within bodies", protocol)
        .await
        .unwrap();
    trial.mark();
    trial.upstreams[0].be(Mood::Cutting).await.unwrap();
    sleep(CUTTING).await;
    trial.mark();
    trial.upstreams[0].be(Mood::Well).await.unwrap();
    sleep(BACK).await;
    trial.mark();
    let findings = trial.finish().await.unwrap();

    findings.assert_gets(|outcome| *outcome == Outcome::Truncated);
    findings.assert_posts();
    let cut = findings.deeds(0, Deed::Cut, 0, 2);
    let seen = findings.records.iter();
    let seen = seen.filter(|record| record.outcome == Outcome::Truncated);
    let seen = seen.count();
    assert!(cut > 0 && seen <= cut, "{cut} were cut, {seen} seen so");
    assert!(seen * 10 >= cut * 9, "{cut} were cut, {seen} seen so");
    assert!(findings.deeds(0, Deed::Served, 1, 2) > 0, "not back");
}

#[tokio::test]
async fn an_http1_endpoint_resets_within_bodies() {
    cuts(Protocol::Http1).await;
}

#[tokio::test]
async fn an_http2_endpoint_resets_within_bodies() {
    cuts(Protocol::Http2).await;
}

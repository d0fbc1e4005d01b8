//! An endpoint answers 503 for a while.
//!
//! A POST that is answered so is not sent again: whether the endpoint has done what was asked for before it said so,
//! nobody knows. The client gets the endpoint's own answer, until the endpoint is left alone.

use std::time::Duration;

use e2e::scripted::{Deed, Mood};
use tokio::time::sleep;

use crate::protocol::Protocol;
use crate::trial::Trial;

const UNAVAILABLE: Duration = Duration::from_secs(3);
const BACK: Duration = Duration::from_secs(2);

async fn is_unavailable(protocol: Protocol) {
    let mut trial = Trial::of_two("an endpoint answers 503", protocol)
        .await
        .unwrap();
    trial.mark();
    trial.upstreams[0].be(Mood::Unavailable).await.unwrap();
    sleep(UNAVAILABLE).await;
    trial.mark();
    trial.upstreams[0].be(Mood::Well).await.unwrap();
    sleep(BACK).await;
    trial.mark();
    let findings = trial.finish().await.unwrap();

    findings.assert_gets(|_| false);
    findings.assert_posts();
    findings.assert_posts_fail_only_at_marks();
    assert!(findings.deeds(0, Deed::Unavailable, 0, 1) > 0);
    assert!(findings.deeds(0, Deed::Served, 1, 2) > 500, "not back");
}

#[tokio::test]
async fn an_http1_endpoint_is_unavailable_for_a_while() {
    is_unavailable(Protocol::Http1).await;
}

#[tokio::test]
async fn an_http2_endpoint_is_unavailable_for_a_while() {
    is_unavailable(Protocol::Http2).await;
}

//! An endpoint is frozen with SIGSTOP, and goes on.
//!
//! The kernel goes on accepting connections and requests for it, so that nothing fails until somebody is tired of
//! waiting. When it goes on, it does all that has arrived meanwhile, though nobody waits for the answers any more:
//! a POST that was sent again would then have been made twice.

use std::time::Duration;

use e2e::scripted::Deed;
use tokio::time::sleep;

use crate::protocol::Protocol;
use crate::trial::Trial;

/// How long it is frozen, and how long the load goes on after that.
const FROZEN: Duration = Duration::from_secs(4);
const BACK: Duration = Duration::from_secs(2);
/// How long a GET takes at most that is asked of the other after the time of a try, on a machine that is busy.
const SAVED: Duration = Duration::from_millis(2500);

async fn freezes(protocol: Protocol) {
    let mut trial = Trial::of_two("an endpoint is frozen", protocol)
        .await
        .unwrap();
    trial.mark();
    trial.upstreams[0].process.freeze().unwrap();
    sleep(FROZEN).await;
    trial.mark();
    trial.upstreams[0].process.thaw().unwrap();
    sleep(BACK).await;
    trial.mark();
    let findings = trial.finish().await.unwrap();

    findings.assert_gets(|_| false);
    findings.assert_posts();
    findings.assert_posts_fail_only_at_marks();
    // None has just waited until the endpoint goes on.
    let longest = findings.gets().map(|get| get.latency).max();
    assert!(longest.is_some_and(|time| time < SAVED), "{longest:?}");
    // What arrived while it was frozen is done at once; after that it has its share again.
    assert_eq!(findings.deeds(0, Deed::Served, 0, 1), 0);
    assert!(findings.deeds(0, Deed::Served, 1, 2) > 500, "not back");
}

#[tokio::test]
async fn an_http1_endpoint_freezes_and_goes_on() {
    freezes(Protocol::Http1).await;
}

#[tokio::test]
async fn an_http2_endpoint_freezes_and_goes_on() {
    freezes(Protocol::Http2).await;
}

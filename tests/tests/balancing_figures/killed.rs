//! An endpoint is killed with SIGKILL, and comes back.

use std::time::Duration;

use e2e::scripted::Deed;
use tokio::time::sleep;

use crate::protocol::Protocol;
use crate::trial::Trial;

/// How long it is gone, and how long the load goes on after it is back.
const GONE: Duration = Duration::from_secs(3);
const BACK: Duration = Duration::from_secs(2);

/// What is in flight at it when it dies is lost with it: of that a GET is sent to the other, a POST is not.
async fn dies(protocol: Protocol) {
    let mut trial = Trial::of_two("an endpoint is killed", protocol)
        .await
        .unwrap();
    trial.mark();
    trial.upstreams[0].process.kill().await.unwrap();
    sleep(GONE).await;
    trial.mark();
    trial.upstreams[0].start_again().await.unwrap();
    sleep(BACK).await;
    let findings = trial.finish().await.unwrap();

    findings.assert_gets(|_| false);
    findings.assert_posts();
    findings.assert_posts_fail_only_at_marks();
    let served = |from, to| findings.deeds(0, Deed::Served, from, to);
    assert!(served(1, 2) > 0, "it does not come back");
    assert!(findings.deeds(1, Deed::Served, 0, 1) > 3000);
}

#[tokio::test]
async fn an_http1_endpoint_is_killed_and_comes_back() {
    dies(Protocol::Http1).await;
}

#[tokio::test]
async fn an_http2_endpoint_is_killed_and_comes_back() {
    dies(Protocol::Http2).await;
}

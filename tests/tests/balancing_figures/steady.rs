//! Nothing happens: what the trials themselves do to the figures.

use std::time::Duration;

use e2e::scripted::{Deed, Mood};
use tokio::time::sleep;

use crate::load::Rate;
use crate::protocol::Protocol;
use crate::record::Outcome;
use crate::trial::Trial;

const RATE: Rate = Rate {
    gets: 2000,
    posts: 100,
};

async fn nothing_happens(protocol: Protocol) {
    let mut trial = Trial::start("nothing happens", protocol, "", RATE)
        .await
        .unwrap();
    trial.mark();
    sleep(Duration::from_secs(2)).await;
    let findings = trial.finish().await.unwrap();
    findings.assert_gets(|_| false);
    findings.assert_posts();
    findings.assert_posts_fail_only_at_marks();
    let sum = |seconds: Vec<usize>| seconds.iter().sum::<usize>();
    assert_eq!(sum(findings.load()), sum(findings.offered()));
}

#[tokio::test]
async fn all_is_well_over_http1() {
    nothing_happens(Protocol::Http1).await;
}

#[tokio::test]
async fn all_is_well_over_http2() {
    nothing_happens(Protocol::Http2).await;
}

/// The trials would notice: both endpoints misbehave at once, so that nothing can be saved.
#[tokio::test]
async fn what_cannot_be_saved_shows() {
    let mut trial = Trial::start("all misbehave", Protocol::Http1, "", RATE)
        .await
        .unwrap();
    for mood in [Mood::Cutting, Mood::Unavailable] {
        trial.mark();
        for upstream in &trial.upstreams {
            upstream.be(mood).await.unwrap();
        }
        sleep(Duration::from_millis(500)).await;
    }
    trial.mark();
    let findings = trial.finish().await.unwrap();
    let seen = |outcome: &Outcome| findings.gets().any(|get| get.outcome == *outcome);
    assert!(seen(&Outcome::Truncated) && seen(&Outcome::Refused(503, None)));
    assert!(findings.deeds(0, Deed::Cut, 0, 1) > 0);
    assert!(findings.deeds(1, Deed::Unavailable, 1, 2) > 0);
    findings.assert_posts();
}

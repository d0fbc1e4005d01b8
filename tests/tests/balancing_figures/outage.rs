//! All endpoints fail for a while, at 1,000 requests a second: what the gateway sends them stays at most 1.2 times
//! what clients offer, and nothing overshoots when they are back. The file has the defaults.
//!
//! For a few seconds; with `PORTCULLIS_OUTAGE=whole` for 30 s.

use std::time::Duration;

use e2e::scripted::{Deed, Mood};
use tokio::time::sleep;

use crate::findings::Findings;
use crate::load::Rate;
use crate::protocol::Protocol;
use crate::trial::Trial;

const RATE: Rate = Rate {
    gets: 1000,
    posts: 0,
};
/// Load on the endpoints, in hundredths of what is offered.
const MOST: usize = 120;
/// How soon all requests succeed again.
const RECOVERED: Duration = Duration::from_secs(2);
/// How long the load goes on after the endpoints are back.
const BACK: Duration = Duration::from_secs(4);

fn outage() -> Duration {
    match std::env::var("PORTCULLIS_OUTAGE").as_deref() {
        Ok("whole") => Duration::from_secs(30),
        _ => Duration::from_secs(6),
    }
}

async fn all_fail(name: &str, mood: Mood) -> Findings {
    let mut trial = Trial::start(name, Protocol::Http1, "", RATE).await.unwrap();
    for (mood, time) in [(mood, outage()), (Mood::Well, BACK)] {
        trial.mark();
        for upstream in &trial.upstreams {
            upstream.be(mood).await.unwrap();
        }
        sleep(time).await;
    }
    trial.mark();
    trial.finish().await.unwrap()
}

#[track_caller]
fn assert_bounded(findings: &Findings, deed: Deed) {
    let failed: usize = (0..2).map(|i| findings.deeds(i, deed, 0, 1)).sum();
    let offered = findings.sent_between(0, 1);
    println!(
        "  the outage: {offered} requests, {failed} attempts, {:.2} for each\n",
        failed as f64 / offered as f64
    );
    assert!(failed > 0 && failed * 100 <= offered * MOST);

    let load = findings.load();
    let back = findings.second_after(findings.marks[1]);
    for (second, offered) in findings.offered().into_iter().enumerate().skip(back) {
        // Where processor time is short, what is done late meets what is on time.
        let most = offered.max(RATE.gets as usize) * MOST / 100;
        let load = load.get(second).copied().unwrap_or_default();
        assert!(load <= most, "second {second}: {load}, more than {most}");
    }
    findings.assert_gets_from(findings.marks[1] + RECOVERED);
}

#[tokio::test]
async fn all_endpoints_refuse_connections_for_a_while() {
    let findings = all_fail("all refuse connections", Mood::Refusing).await;
    assert_bounded(&findings, Deed::Refused);
}

#[tokio::test]
async fn all_endpoints_answer_503_for_a_while() {
    let findings = all_fail("all answer 503", Mood::Unavailable).await;
    assert_bounded(&findings, Deed::Unavailable);
}

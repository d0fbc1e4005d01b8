//! Endpoints from etcd.

use std::time::Duration;

use gateway_testkit::upstream::Upstream;
use gateway_testkit::{Etcd, require_component};

use crate::PATIENCE;
use crate::site::{Site, any_upstream};
use crate::traffic::Traffic;

/// The seconds for which etcd goes away; a minute takes too long for every run of the tests.
const AWAY: &str = "PORTCULLIS_ETCD_AWAY_SECONDS";

fn away() -> Duration {
    let told = std::env::var(AWAY)
        .ok()
        .map(|seconds| seconds.parse().unwrap());
    Duration::from_secs(told.unwrap_or(15))
}

pub(crate) fn url(upstream: &Upstream) -> String {
    format!("http://{}", upstream.address())
}

async fn site(etcd: &Etcd) -> Site {
    Site::start(&format!(
        "{{ etcd = [\"{}\"], prefix = \"/orders/\" }}",
        etcd.url()
    ))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_come_and_go_and_a_bad_one_means_what_it_said_before() {
    let etcd = Etcd::start(&require_component!("etcd")).await.unwrap();
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    etcd.put("/others/1", "http://127.0.0.1:1").await.unwrap();
    let mut site = site(&etcd).await;
    site.answers_only("one").await;
    let traffic = Traffic::start(site.address());
    let table = format!("{{\"url\": \"{}\", \"weight\": 3}}", url(&two));
    etcd.put("/orders/2", &table).await.unwrap();
    site.answers("two").await;
    etcd.delete("/orders/1").await.unwrap();
    site.answers_only("two").await;

    etcd.put("/orders/2", "two!").await.unwrap();
    site.counted("discovery-refused", 1, PATIENCE).await;
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    site.answers("one").await;
    site.answers("two").await;
    assert_eq!(site.count("discovery-refused").await, 1);
    let warnings = site.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].contains("/orders/2"), "{}", warnings[0]);
    etcd.put("/orders/2", &url(&two)).await.unwrap();
    site.recovered(1).await;

    // A later priority is spare.
    let spare = format!("{{\"url\": \"{}\", \"priority\": 15}}", url(&two));
    etcd.put("/orders/2", &spare).await.unwrap();
    site.answers_only("one").await;

    // Nothing at all is kept from traffic.
    etcd.delete("/orders/1").await.unwrap();
    etcd.delete("/orders/2").await.unwrap();
    site.counted("discovery-empty", 1, PATIENCE).await;
    assert_eq!(site.get("/").await.status, 200);
    traffic.end(20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_freezes_for_a_while_is_waited_for() {
    let mut etcd = Etcd::start(&require_component!("etcd")).await.unwrap();
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    let mut site = site(&etcd).await;
    site.answers_only("one").await;
    let traffic = Traffic::start(site.address());
    etcd.process().freeze().unwrap();
    tokio::time::sleep(away()).await;
    site.counted("discovery-failed", 1, PATIENCE).await;
    let warnings = site.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    etcd.process().thaw().unwrap();
    site.recovered(1).await;
    etcd.put("/orders/1", &url(&two)).await.unwrap();
    site.answers_only("two").await;
    assert_eq!(site.warnings().len(), 1);
    traffic.end(500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_and_comes_back_is_followed_again() {
    let mut etcd = Etcd::start(&require_component!("etcd")).await.unwrap();
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    let mut site = site(&etcd).await;
    site.answers_only("one").await;
    let traffic = Traffic::start(site.address());
    etcd.process().kill().await.unwrap();
    tokio::time::sleep(away()).await;
    site.counted("discovery-failed", 2, PATIENCE).await;
    let warnings = site.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    etcd.restart().await.unwrap();
    site.recovered(1).await;
    assert_eq!(site.count("discovery-changed").await, 1);
    etcd.put("/orders/1", &url(&two)).await.unwrap();
    site.answers_only("two").await;
    traffic.end(500).await;
}

//! Endpoints from SRV records.

use std::collections::BTreeMap;

use gateway_testkit::{DnsAnswer, DnsServer, wait_until};

use crate::PATIENCE;
use crate::site::{Site, any_upstream};

const NAME: &str = "_http._tcp.orders.test";

/// How often which answer comes, of 40.
async fn shares(site: &Site) -> BTreeMap<String, usize> {
    let mut shares = BTreeMap::new();
    for _ in 0..40 {
        *shares.entry(site.get("/").await.text()).or_default() += 1;
    }
    shares
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_priority_is_spare() {
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    let server = DnsServer::start().await.unwrap();
    server.answer("a.test", DnsAnswer::addresses(["127.0.0.1"], 1));
    let first = (300, 1, one.address().port(), "a.test");
    let spare = (65535, 1, two.address().port(), "a.test");
    server.answer(NAME, DnsAnswer::services([first, spare], 1));
    let discover = format!(
        "{{ dns = \"{NAME}\", record = \"srv\", refresh = \"1s\", servers = [\"{}\"] }}",
        server.address()
    );
    let site = Site::start(&discover).await;
    site.answers("one").await;
    assert_eq!(shares(&site).await.len(), 1);
    // Alone, it is the first.
    server.answer(NAME, DnsAnswer::services([spare], 1));
    site.answers_only("two").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_and_names_come_from_the_records() {
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    let server = DnsServer::start().await.unwrap();
    let local = || DnsAnswer::addresses(["127.0.0.1"], 1);
    server.answer("a.test", local());
    server.answer("b.test", local());
    let services = |first, second| {
        let services = [
            (10, first, one.address().port(), "a.test"),
            (10, second, two.address().port(), "b.test"),
        ];
        DnsAnswer::services(services, 1)
    };
    server.answer(NAME, services(1, 1));
    let discover = format!(
        "{{ dns = \"{NAME}\", record = \"srv\", refresh = \"1s\", servers = [\"{}\"] }}",
        server.address()
    );
    let mut site = Site::start(&discover).await;
    site.answers("one").await;
    assert_eq!(shares(&site).await.len(), 2);

    // A target that cannot be looked up keeps its address; the others are followed.
    server.answer("a.test", DnsAnswer::ServFail);
    site.counted("discovery-failed", 2, PATIENCE).await;
    assert_eq!(shares(&site).await.len(), 2);
    let warnings = site.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].contains("a.test"), "{warnings:?}");
    server.answer("a.test", local());
    site.recovered(1).await;

    // A service that is listed no more is gone.
    let port = two.address().port();
    server.answer(NAME, DnsAnswer::services([(10, 1, port, "b.test")], 1));
    wait_until(PATIENCE, async || !shares(&site).await.contains_key("one"))
        .await
        .unwrap();
    // "." says that there is no such service; the last one is kept.
    let empty = site.count("discovery-empty").await;
    server.answer(NAME, DnsAnswer::services([(0, 0, 0, "")], 1));
    site.counted("discovery-empty", empty + 1, PATIENCE).await;
    assert_eq!(site.get("/").await.text(), "two");
}

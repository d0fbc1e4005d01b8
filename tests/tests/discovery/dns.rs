//! Endpoints from addresses in DNS.

use std::net::SocketAddr;
use std::time::Duration;

use gateway_testkit::{DnsAnswer, DnsServer, free_address};

use crate::PATIENCE;
use crate::site::{Site, upstream};
use crate::traffic::Traffic;

const NAME: &str = "orders.test";

/// Places with one port at other loopback addresses.
fn places() -> [SocketAddr; 2] {
    let port = free_address().unwrap().port();
    [2, 3].map(|last| SocketAddr::from(([127, 0, 0, last], port)))
}

async fn site(server: &DnsServer, port: u16) -> Site {
    let servers = server.address();
    let discover =
        format!("{{ dns = \"{NAME}:{port}\", refresh = \"1s\", servers = [\"{servers}\"] }}");
    Site::start(&discover).await
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_goes_on_whatever_the_name_server_does() {
    let [first, second] = places();
    let _upstreams = (upstream(first, "one").await, upstream(second, "two").await);
    let server = DnsServer::start().await.unwrap();
    let both = || DnsAnswer::addresses(["127.0.0.3", "127.0.0.2"], 1);
    server.answer(NAME, both());
    let mut site = site(&server, first.port()).await;
    site.answers("one").await;
    let traffic = Traffic::start(site.address());

    let failures = [
        (DnsAnswer::ServFail, "discovery-failed", "Server Failure"),
        (DnsAnswer::NxDomain, "discovery-empty", "NXDOMAIN"),
        (DnsAnswer::nothing(), "discovery-empty", "has no A records"),
        (DnsAnswer::Silence, "discovery-failed", "answer"),
        (
            DnsAnswer::addresses(["0.0.0.0"], 1),
            "discovery-refused",
            "0.0.0.0",
        ),
    ];
    for (round, (failure, event, cause)) in failures.into_iter().enumerate() {
        let (before, told) = (site.count(event).await, site.warnings().len());
        let least = if event == "discovery-refused" { 1 } else { 2 };
        server.answer(NAME, failure);
        site.counted(event, before + least, PATIENCE).await;
        let warnings = site.warnings();
        assert_eq!(warnings.len(), told + 1, "{warnings:#?}");
        assert!(
            warnings[told].contains(cause),
            "{cause}: {}",
            warnings[told]
        );
        server.answer(NAME, both());
        site.recovered(round + 1).await;
    }
    assert_eq!(site.count("discovery-changed").await, 1);
    traffic.end(500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_flaps_is_followed_where_it_answers() {
    let [first, second] = places();
    let _upstreams = (upstream(first, "one").await, upstream(second, "two").await);
    let server = DnsServer::start().await.unwrap();
    server.answer(NAME, DnsAnswer::addresses(["127.0.0.2"], 0));
    let mut site = site(&server, first.port()).await;
    site.answers("one").await;
    let traffic = Traffic::start(site.address());
    for address in ["127.0.0.3", "127.0.0.2", "127.0.0.3"] {
        for (failure, event) in [
            (DnsAnswer::ServFail, "discovery-failed"),
            (DnsAnswer::NxDomain, "discovery-empty"),
        ] {
            let before = site.count(event).await;
            server.answer(NAME, failure);
            site.counted(event, before + 1, PATIENCE).await;
        }
        server.answer(NAME, DnsAnswer::addresses([address], 0));
        let text = if address == "127.0.0.2" { "one" } else { "two" };
        site.answers_only(text).await;
    }
    site.recovered(3).await;
    assert_eq!(site.count("discovery-changed").await, 4);
    // Once for each kind of fault and each time that it came.
    assert_eq!(site.warnings().len(), 6);
    traffic.end(100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_never_known_is_asked_for_until_it_is() {
    let [first, _] = places();
    let _upstream = upstream(first, "one").await;
    let server = DnsServer::start().await.unwrap();
    let mut site = site(&server, first.port()).await;
    site.counted("discovery-empty", 3, PATIENCE).await;
    let answer = site.get("/").await;
    assert_eq!(answer.status, 503);
    assert!(
        answer.text().contains("upstream/no-endpoint"),
        "{}",
        answer.text()
    );
    assert_eq!(site.warnings().len(), 1);
    server.answer(NAME, DnsAnswer::addresses(["127.0.0.2"], 60));
    site.answers("one").await;
    site.recovered(1).await;
    // `refresh` is shorter than the 60 s of the answer; without it nobody would ask again here.
    let asked = server.questions(NAME);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let more = server.questions(NAME) - asked;
    assert!((1..=4).contains(&more), "{more}");
}

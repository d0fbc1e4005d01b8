//! What the gateway counts, and how it tells.

use std::net::SocketAddr;

use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{InProcessGateway, http_client, wait_until};

use crate::PATIENCE;
use crate::passage::{ALL, LISTENER, Passage, upstream_section};
use crate::protocol::{PROTOCOLS, Protocol};

/// What `/metrics` said at one moment.
pub(crate) struct Scrape(String);

impl Scrape {
    /// Asks the admin listener at `admin`.
    pub(crate) async fn of(admin: SocketAddr) -> Self {
        let answer = http_client::get(&format!("http://{admin}/metrics"))
            .await
            .unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.headers["content-type"],
            "application/openmetrics-text; version=1.0.0; charset=utf-8"
        );
        Self(answer.text())
    }

    /// The value of a series, written with its labels; 0 where there is none.
    pub(crate) fn value(&self, series: &str) -> u64 {
        let values = self.0.lines().filter_map(|line| line.strip_prefix(series));
        let mut values = values.filter_map(|rest| rest.strip_prefix(' '));
        values.next().map_or(0, |value| value.parse().unwrap())
    }
}

const ADMIN: &str = "[admin]\nbind = \"127.0.0.1:0\"\n";

/// A route that needs no upstream, and one whose upstream is not there.
const ROUTES: &str = r#"
[upstreams.gone]
endpoints = ["http://127.0.0.1:1"]

[[routes]]
name = "main"
match = { path = "/main" }
upstream = "main"

[[routes]]
name = "gone"
match = { path = "/gone" }
upstream = "gone"
"#;

#[tokio::test]
async fn what_happens_is_counted_where_it_happens() {
    let rest = format!("max-connections = 50\n{ADMIN}{ROUTES}");
    let upstream = Upstream::start(respond::text("done")).await.unwrap();
    let main = upstream_section("main", upstream.address(), Protocol::Http1);
    let gateway = InProcessGateway::start(&format!("{main}{LISTENER}{rest}")).unwrap();
    let admin = gateway.admin_address().unwrap();
    let before = Scrape::of(admin).await;
    assert_eq!(
        before.value("portcullis_listener_connections_accepted_total{listener=\"public\"}"),
        0
    );
    let address = gateway.address("public").unwrap();
    for protocol in PROTOCOLS {
        let client = protocol.connect(address).await;
        assert_eq!(client.get("/main").await.unwrap().status, 200);
        assert_eq!(client.get("/nowhere").await.unwrap().status, 404);
        assert_eq!(client.get("/gone").await.unwrap().status, 502);
        let open = async || {
            let now = Scrape::of(admin).await;
            now.value("portcullis_listener_connections_open{listener=\"public\"}") == 1
        };
        wait_until(PATIENCE, open).await.unwrap();
    }
    let scrape = Scrape::of(admin).await;
    for (series, value) in [
        (
            "portcullis_listener_connections_accepted_total{listener=\"public\"}",
            2,
        ),
        (
            "portcullis_listener_connections_limit{listener=\"public\"}",
            50,
        ),
        ("portcullis_rejections_total{code=\"route/not-found\"}", 2),
        (
            "portcullis_rejections_total{code=\"upstream/connect-failed\"}",
            2,
        ),
        (
            // Each request was sent again.
            "portcullis_upstream_events_total{upstream=\"gone\",event=\"connect-failed\"}",
            4,
        ),
        (
            "portcullis_upstream_events_total{upstream=\"gone\",event=\"retried-connect-failure\"}",
            2,
        ),
        (
            "portcullis_upstream_events_total{upstream=\"main\",event=\"connect-failed\"}",
            0,
        ),
    ] {
        assert_eq!(scrape.value(series), value, "{series}\n{}", scrape.0);
    }
    assert!(scrape.0.ends_with("# EOF\n"), "{}", scrape.0);
    assert!(
        scrape
            .0
            .contains("{listener=\"public\",reason=\"crowded\"} 0\n"),
        "what has not happened yet shows as 0"
    );
}

#[tokio::test]
async fn fields_that_are_dropped_are_counted() {
    let rest = format!("{ADMIN}{ALL}");
    let passage = Passage::with(Protocol::Http1, respond::text("done"), &rest).await;
    let mut client = passage.raw().await;
    client
        .send("GET / HTTP/1.1\r\nHost: a\r\nx_a: 1\r\nx_b: 2\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "done");
    let scrape = Scrape::of(passage.gateway.admin_address().unwrap()).await;
    let series = "portcullis_listener_dropped_fields_total{listener=\"public\"}";
    assert_eq!(scrape.value(series), 2);
}

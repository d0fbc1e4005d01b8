//! A gateway whose upstream is checked.

use std::net::SocketAddr;

use gateway_testkit::{Answer, InProcessGateway, http_client, wait_until};

use crate::PATIENCE;
use crate::metrics::Scrape;
use crate::passage::{ALL, LISTENER};

/// A gateway whose upstream `main` is checked.
pub(super) struct Asked(InProcessGateway);

impl Asked {
    /// Before these `endpoints`, which are checked by `check`, ten times a second.
    pub(super) fn new(endpoints: &[SocketAddr], check: &str) -> Self {
        let endpoints: Vec<_> = endpoints
            .iter()
            .map(|address| format!("http://{address}"))
            .collect();
        let file = format!(
            "{LISTENER}[admin]\nbind = \"127.0.0.1:0\"\n[upstreams.main]\nendpoints = {endpoints:?}\n\
             when-all-unhealthy = \"fail\"\nhealth-check = {{ {check}, interval = \"100ms\" }}\n{ALL}"
        );
        Self(InProcessGateway::start(&file).unwrap())
    }

    /// Waits until the metrics say that so many endpoints are available.
    pub(super) async fn until_available(&self, count: u64) {
        let admin = self.0.admin_address().unwrap();
        let is_so = async || {
            let scrape = Scrape::of(admin).await;
            scrape.value("portcullis_upstream_endpoints_available{upstream=\"main\"}") == count
        };
        wait_until(PATIENCE, is_so).await.unwrap();
    }

    /// Waits until so many checks have passed.
    pub(super) async fn until_passed(&self, count: u64) {
        let admin = self.0.admin_address().unwrap();
        let series =
            "portcullis_upstream_events_total{upstream=\"main\",event=\"health-checks-passed\"}";
        let is_so = async || Scrape::of(admin).await.value(series) >= count;
        wait_until(PATIENCE, is_so).await.unwrap();
    }

    /// The answer to a GET.
    pub(super) async fn get(&self, path: &str) -> Answer {
        let address = self.0.address("public").unwrap();
        http_client::get(&format!("http://{address}{path}"))
            .await
            .unwrap()
    }
}

//! A gateway whose only upstream is discovered, as a process of its own.

use std::net::SocketAddr;
use std::time::Duration;

use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{Answer, Binary, GatewayProcess, http_client, wait_until};
use tokio::process::Command;

use crate::PATIENCE;

/// A gateway whose only upstream is discovered.
pub(crate) struct Site {
    gateway: GatewayProcess,
    address: SocketAddr,
    admin: SocketAddr,
}

impl Site {
    /// A gateway that finds its upstream `orders` by `discover`, the value of that key.
    pub(crate) async fn start(discover: &str) -> Self {
        Self::start_by(Binary::find().unwrap().command(), discover).await
    }

    /// As [`Site::start`], run by `command`.
    pub(crate) async fn start_by(command: Command, discover: &str) -> Self {
        let toml = format!(
            "[listeners.public]\nbind = \"127.0.0.1:0\"\n[admin]\nbind = \"127.0.0.1:0\"\n\
             [upstreams.orders]\ndiscover = {discover}\n\
             [[routes]]\nname = \"all\"\nmatch = {{ path = \"/{{*rest}}\" }}\nupstream = \"orders\"\n"
        );
        let gateway = GatewayProcess::start(command, &toml).await.unwrap();
        Self {
            address: gateway.address("public").unwrap(),
            admin: gateway.admin_address().unwrap(),
            gateway,
        }
    }

    /// Where clients find it.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it answers now.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let url = format!("http://{}{path}", self.address);
        http_client::get(&url).await.unwrap()
    }

    /// Waits until one of its answers is `text`.
    pub(crate) async fn answers(&self, text: &str) {
        wait_until(PATIENCE, async || self.get("/").await.text() == text)
            .await
            .unwrap();
    }

    /// Waits until so many answers in a row, which is more than a turn through all endpoints, are all `text`.
    pub(crate) async fn answers_only(&self, text: &str) {
        let is_alone = async || {
            for _ in 0..4 {
                if self.get("/").await.text() != text {
                    return false;
                }
            }
            true
        };
        wait_until(PATIENCE, is_alone).await.unwrap();
    }

    /// How often `event` was counted.
    pub(crate) async fn count(&self, event: &str) -> u64 {
        let answer = http_client::get(&format!("http://{}/metrics", self.admin)).await;
        let series =
            format!("portcullis_upstream_events_total{{upstream=\"orders\",event=\"{event}\"}} ");
        let text = answer.unwrap().text();
        let value = text.lines().find_map(|line| line.strip_prefix(&series));
        value.unwrap().parse().unwrap()
    }

    /// Waits until `event` was counted so often.
    pub(crate) async fn counted(&self, event: &str, least: u64, within: Duration) {
        let is_counted = async || self.count(event).await >= least;
        let waited = wait_until(within, is_counted).await;
        assert!(waited.is_ok(), "{event}: {}", self.count(event).await);
    }

    /// The lines of its log in which all of `words` stand.
    pub(crate) fn log(&mut self, words: &[&str]) -> Vec<String> {
        let log = self.gateway.process().stderr();
        let lines = log
            .lines()
            .filter(|line| words.iter().all(|word| line.contains(word)));
        lines.map(str::to_owned).collect()
    }

    /// The warnings of discovery, each of which should be there once.
    pub(crate) fn warnings(&mut self) -> Vec<String> {
        self.log(&["WARN", "discovery: "])
    }

    /// Waits until the log says that so many times all was well again.
    pub(crate) async fn recovered(&mut self, times: usize) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.log(&["discovery works again"]).len() < times {
            assert!(
                tokio::time::Instant::now() < deadline,
                "{}",
                self.gateway.process().stderr()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The directory that holds its configuration.
    pub(crate) fn directory(&self) -> &std::path::Path {
        self.gateway.directory()
    }
}

/// An upstream at `address` that answers `text`.
pub(crate) async fn upstream(address: SocketAddr, text: &'static str) -> Upstream {
    Upstream::start_at(address, respond::text(text))
        .await
        .unwrap()
}

/// An upstream on a free port that answers `text`.
pub(crate) async fn any_upstream(text: &'static str) -> Upstream {
    Upstream::start(respond::text(text)).await.unwrap()
}

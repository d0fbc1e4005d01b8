//! One request or none, whatever protocol it came over.

use std::time::Duration;

use gateway_testkit::raw::RawConnection;
use gateway_testkit::raw_http2::RawHttp2;
use gateway_testkit::{InProcessGateway, require_component, wait_until};

use super::corpus::{Hostile, corpus};
use super::parser::Parser;
use super::streams::{Stream, hostile};
use crate::PATIENCE;
use crate::passage::{ALL, gateway_before};
use crate::protocol::Protocol;

/// How long a client waits for more after the last it got.
const QUIET: Duration = Duration::from_millis(40);

#[tokio::test]
async fn python_sees_one_request_or_none() {
    let python = require_component!("python");
    check(&Parser::python(&python).await, corpus()).await;
}

#[tokio::test]
async fn node_sees_one_request_or_none() {
    let node = require_component!("node");
    check(&Parser::node(&node).await, corpus()).await;
}

#[tokio::test]
async fn python_sees_one_request_of_http2_or_none() {
    let python = require_component!("python");
    check(&Parser::python(&python).await, hostile()).await;
}

#[tokio::test]
async fn node_sees_one_request_of_http2_or_none() {
    let node = require_component!("node");
    check(&Parser::node(&node).await, hostile()).await;
}

/// A hostile request of either protocol.
trait Attack {
    /// What is wrong with it.
    fn name(&self) -> String;

    /// Sends it, with `path` in the place of `/one`, and waits until nothing more comes of it.
    async fn send(&self, gateway: &InProcessGateway, path: &str);
}

impl Attack for Hostile {
    fn name(&self) -> String {
        format!("{}: {:?}", self.0, self.1)
    }

    async fn send(&self, gateway: &InProcessGateway, path: &str) {
        let mut client = connect(gateway).await;
        // A refusal may come before all is sent.
        let _ = client.send(self.1.replace("/one", path)).await;
        client.set_deadline(QUIET);
        while client.read_response().await.is_ok() {}
    }
}

impl Attack for Stream {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn send(&self, gateway: &InProcessGateway, path: &str) {
        let address = gateway.address("public").unwrap();
        let mut client = RawHttp2::connect(address).await.unwrap();
        let _ = client.send(self.frames(1, path)).await;
        client.set_deadline(QUIET);
        while let Ok(Some(_)) = client.read_frame().await {}
    }
}

/// Sends all of a corpus through a gateway before `parser`. What the parser says comes when it likes, so each
/// request bears its number.
async fn check<A: Attack>(parser: &Parser, corpus: Vec<A>) {
    let gateway = gateway_before(parser.address(), Protocol::Http1, ALL);
    let mut wrong = Vec::new();
    for (index, attack) in corpus.iter().enumerate() {
        attack.send(&gateway, &format!("/one/{index}.")).await;
        let probe = format!("/probe/{index}");
        let answer = ask(&gateway, &probe).await;
        if answer != probe {
            wrong.push(format!("{}: the next one got {answer:?}", attack.name()));
        }
    }
    let last = format!("GET /probe/{}", corpus.len() - 1);
    wait_until(PATIENCE, async || parser.requests().contains(&last))
        .await
        .unwrap();
    let seen = parser.requests();
    for (index, attack) in corpus.iter().enumerate() {
        let own = format!("/one/{index}.");
        let times = seen.iter().filter(|line| line.contains(&own)).count();
        if times > 1 {
            wrong.push(format!("{}: seen {times} times", attack.name()));
        }
    }
    // An encoded line break in a target stays what it is.
    let is_known = |line: &&String| {
        let own = line.contains(" /one/") || line.contains(" /probe/");
        own || *line == "OPTIONS *"
    };
    let tricked: Vec<_> = seen.iter().filter(|line| !is_known(line)).collect();
    assert!(
        wrong.is_empty() && tricked.is_empty(),
        "{tricked:?}\n{}",
        wrong.join("\n")
    );
}

/// What the upstream answers to a request for `target`.
async fn ask(gateway: &InProcessGateway, target: &str) -> String {
    let mut client = connect(gateway).await;
    let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
    client.send(request).await.unwrap();
    client.read_response().await.unwrap().text()
}

async fn connect(gateway: &InProcessGateway) -> RawConnection {
    let address = gateway.address("public").unwrap();
    RawConnection::connect(address).await.unwrap()
}

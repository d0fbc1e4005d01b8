//! One request or none.

use std::time::Duration;

use gateway_testkit::raw::RawConnection;
use gateway_testkit::{InProcessGateway, require_component, wait_until};

use super::corpus::corpus;
use super::parser::Parser;
use crate::PATIENCE;
use crate::passage::{ALL, gateway_before};
use crate::protocol::Protocol;

/// How long a client waits for more after the last it got.
const QUIET: Duration = Duration::from_millis(40);

#[tokio::test]
async fn python_sees_one_request_or_none() {
    let python = require_component!("python");
    check(&Parser::python(&python).await).await;
}

#[tokio::test]
async fn node_sees_one_request_or_none() {
    let node = require_component!("node");
    check(&Parser::node(&node).await).await;
}

/// Sends all of the corpus through a gateway before `parser`. What the parser says comes when it likes, so each
/// request bears its number.
async fn check(parser: &Parser) {
    let gateway = gateway_before(parser.address(), Protocol::Http1, ALL);
    let mut wrong = Vec::new();
    let corpus = corpus();
    for (index, (name, request)) in corpus.iter().enumerate() {
        send(
            &gateway,
            &request.replace("/one", &format!("/one/{index}.")),
        )
        .await;
        let probe = format!("/probe/{index}");
        let answer = ask(&gateway, &probe).await;
        if answer != probe {
            wrong.push(format!("{name}: {request:?}: the next one got {answer:?}"));
        }
    }
    let last = format!("GET /probe/{}", corpus.len() - 1);
    wait_until(PATIENCE, async || parser.requests().contains(&last))
        .await
        .unwrap();
    let seen = parser.requests();
    for (index, (name, request)) in corpus.iter().enumerate() {
        let own = format!("/one/{index}.");
        let times = seen.iter().filter(|line| line.contains(&own)).count();
        if times > 1 {
            wrong.push(format!("{name}: {request:?}: seen {times} times"));
        }
    }
    // An encoded line break in a target stays what it is.
    let is_known = |line: &&String| line.contains(" /one/") || line.contains(" /probe/");
    let tricked: Vec<_> = seen.iter().filter(|line| !is_known(line)).collect();
    assert!(
        wrong.is_empty() && tricked.is_empty(),
        "{tricked:?}\n{}",
        wrong.join("\n")
    );
}

/// Sends `request` and waits until nothing more comes of it.
async fn send(gateway: &InProcessGateway, request: &str) {
    let mut client = connect(gateway).await;
    // A refusal may come before all is sent.
    let _ = client.send(request).await;
    client.set_deadline(QUIET);
    while client.read_response().await.is_ok() {}
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

//! What `explain` says the upstream gets is what the upstream gets.

use std::collections::BTreeSet;

use axum_core::body::Body;
use gateway_testkit::upstream::{RecordedRequest, Upstream, respond};
use gateway_testkit::{InProcessGateway, tempdir};
use http::Request;
use serde_json::Value;

use super::question::ask;
use super::samples::SAMPLES;
use crate::passage::{LISTENER, upstream_section};
use crate::protocol::{PROTOCOLS, Protocol};

const ROUTES: &str = include_str!("agreement.toml");

/// A request as both say it: method, target, header fields, length of the body.
#[derive(Debug, PartialEq, Eq)]
struct Sent {
    method: String,
    target: String,
    fields: BTreeSet<(String, String)>,
    body_length: u64,
}

impl Sent {
    fn explained(request: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let fields = request["headers"].as_array().unwrap().iter();
        Self {
            method: text(&request["method"]),
            target: text(&request["target"]),
            fields: fields
                .map(|field| (text(&field[0]), text(&field[1])))
                .collect(),
            body_length: request["body-length"].as_u64().unwrap(),
        }
    }

    fn seen(request: &RecordedRequest) -> Self {
        let fields = request.headers.iter();
        let host = request.uri.authority();
        let host = host.map(|host| ("host".to_owned(), host.to_string()));
        Self {
            method: request.method.to_string(),
            target: request.uri.path_and_query().unwrap().to_string(),
            fields: fields
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .chain(host)
                .collect(),
            body_length: request.body_length,
        }
    }
}

#[tokio::test]
async fn explain_and_the_gateway_agree() {
    for protocol in PROTOCOLS {
        explain_and_a_gateway_agree(protocol).await;
    }
}

/// With an upstream that speaks `protocol`.
async fn explain_and_a_gateway_agree(protocol: Protocol) {
    let upstream = Upstream::start(respond::text("done")).await.unwrap();
    let main = upstream_section("main", upstream.address(), protocol);
    let file = format!("{LISTENER}{main}{ROUTES}");
    let directory = tempdir().unwrap();
    let path = directory.path().join("portcullis.toml");
    std::fs::write(&path, &file).unwrap();
    let gateway = InProcessGateway::start(&file).unwrap();
    let address = gateway.address("public").unwrap();
    let body_file = directory.path().join("body");

    let mut forwarded = 0;
    for sample @ (method, url, fields, body) in SAMPLES {
        std::fs::write(&body_file, body).unwrap();
        let mut question = vec!["--json", method, url, "--body", body_file.to_str().unwrap()];
        let mut request = Request::builder().method(method).uri(url);
        for field in fields {
            question.extend(["-H", field]);
            let (name, value) = field.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        let fate = ask(&path, &question).await.json()["fate"].take();

        let before = upstream.requests().len();
        let body = if body.is_empty() {
            Body::empty()
        } else {
            Body::from(body)
        };
        let client = Protocol::Http1.connect(address).await;
        let answer = client.send(request.body(body).unwrap()).await.unwrap();
        let seen = upstream.requests().get(before).map(Sent::seen);
        match fate["kind"].as_str().unwrap() {
            "forwarded" => {
                assert_eq!(seen, Some(Sent::explained(&fate["request"])), "{sample:?}");
                forwarded += 1;
            }
            "refused" => assert_eq!(
                (seen, &fate["refusal"]["status"]),
                (None, &answer.status.as_u16().into()),
                "{sample:?}"
            ),
            _ => assert_eq!(
                (seen, &fate["status"]),
                (None, &answer.status.as_u16().into()),
                "{sample:?}"
            ),
        }
    }
    assert!(
        forwarded >= 22,
        "only {forwarded} samples say anything of the upstream"
    );
}

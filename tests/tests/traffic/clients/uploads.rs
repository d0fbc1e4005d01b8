//! What curl uploads, and answers that come before it has.

use bytes::Bytes;
use gateway_testkit::require_component;
use gateway_testkit::upstream::{Upstream, respond};
use http::{Response, StatusCode};

use super::curl::{SPEAKING, curl, gateway_before};
use crate::passage::ALL;

/// The file that is uploaded, ten megabytes.
const LARGE: usize = 10_000_000;
/// How curl tells the status that came.
const STATUS: [&str; 4] = ["-o", "answer", "-w", "%{http_code}"];

#[tokio::test(flavor = "multi_thread")]
async fn uploads_wait_to_be_asked_for() {
    let program = require_component!("curl");
    let upstream = Upstream::start(respond::text("taken")).await.unwrap();
    let gateway = gateway_before(&upstream, ALL).await;
    std::fs::write(gateway.directory().join("large"), vec![b'x'; LARGE]).unwrap();
    for speaking in SPEAKING {
        let sent = ["-T", "large", "-H", "Expect: 100-continue", "-v"];
        let arguments = [&[speaking][..], &sent].concat();
        let (answer, said) = curl(&program, &gateway, "/", &arguments).await;
        assert_eq!(answer, "taken");
        assert!(said.contains(" 100"), "{said}");
        assert!(!said.contains("Done waiting for 100-continue"), "{said}");
        assert_eq!(upstream.requests().pop().unwrap().body_length, LARGE as u64);
    }
}

/// An upstream that refuses a body at once, or a layer that does: curl sees why, however much it has sent.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_reach_a_client_that_is_still_sending() {
    let program = require_component!("curl");
    let mut refusal = Response::new(Bytes::from("too large"));
    *refusal.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    let upstream = Upstream::start(respond::early(refusal)).await.unwrap();
    let keyed = r#"
        [layers.key]
        type = "api-key"
        keys = [{ hash = "sha256:c48a01f49fd0f2cc404bc3cbbc80e91457a3d41bb429a695243de4c61794155c", label = "demo" }]
        [[routes]]
        name = "keyed"
        match = { path = { prefix = "/keyed" } }
        layers = ["key"]
        upstream = "main"
    "#;
    let gateway = gateway_before(&upstream, &format!("{keyed}{ALL}")).await;
    std::fs::write(gateway.directory().join("large"), vec![b'x'; LARGE]).unwrap();
    for speaking in SPEAKING {
        for expect in ["Expect:", "Expect: 100-continue"] {
            for (path, status) in [("/", "413"), ("/keyed", "401")] {
                let sent = [speaking, "-X", "POST", "-T", "large", "-H", expect];
                let arguments = [&sent[..], &STATUS].concat();
                for _ in 0..5 {
                    let (seen, _) = curl(&program, &gateway, path, &arguments).await;
                    assert_eq!(seen, status, "{speaking} {expect} {path}");
                }
            }
        }
    }
}

//! Clients that leave a call, and calls that are large, binary or many.

use std::time::Duration;

use gateway_testkit::require_component;
use serde_json::json;

use super::served::Served;

/// How long a server may take to notice, from the end of the client's process on.
const SOON: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_cancelled_stream_is_cancelled_at_the_server() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    let outcome = served
        .call(&python, "cancelled", "/open.Service/Endless", &[])
        .await;
    assert_eq!(outcome["status"], "CANCELLED", "{outcome}");
    assert_eq!(outcome["answers"], json!(["one", "one", "one"]));
    assert!(served.notices_leaving(SOON).await);
}

#[tokio::test]
async fn a_deadline_ends_the_call_at_the_server() {
    let python = require_component!("python-grpcio");
    for method in ["/open.Service/Never", "/open.Service/Endless"] {
        let served = Served::new(&python).await;
        let outcome = served.call(&python, "impatient", method, &[]).await;
        assert_eq!(outcome["status"], "DEADLINE_EXCEEDED", "{outcome}");
        assert!(served.notices_leaving(SOON).await, "{method}");
    }
}

#[tokio::test]
async fn large_messages_pass() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    let outcome = served
        .call(&python, "large", "/open.Service/Echo", &[])
        .await;
    assert_eq!(outcome["status"], "OK", "{outcome}");
    assert_eq!(outcome["answers"], json!([(4 << 20).to_string()]));
}

#[tokio::test]
async fn binary_metadata_passes() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    let every_kind = "x-sent-bin=00010a0d20227fff80c3";
    let outcome = served
        .call(&python, "unary", "/open.Service/Echo", &[every_kind])
        .await;
    assert_eq!(outcome["status"], "OK", "{outcome}");
    let saw = &outcome["initial"]["x-saw-bin"];
    assert_eq!(saw, "00010a0d20227fff80c3", "{outcome}");
}

#[tokio::test]
async fn many_calls_pass_at_once() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    let outcome = served
        .call(&python, "crowd", "/open.Service/Echo", &[])
        .await;
    assert_eq!(outcome["status"], "OK", "{outcome}");
}

//! Calls of every kind, errors and refusals, as clients of gRPC see them.

use gateway_testkit::require_component;
use serde_json::json;

use super::served::Served;

#[tokio::test]
async fn calls_of_every_kind_pass() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    for (kind, method, answers) in [
        ("unary", "/open.Service/Echo", json!(["one"])),
        (
            "server-stream",
            "/open.Service/Repeat",
            json!(["one", "one", "one"]),
        ),
        (
            "client-stream",
            "/open.Service/Join",
            json!(["one+two+three"]),
        ),
        (
            "both-stream",
            "/open.Service/Chat",
            json!(["re:one", "re:two", "re:three"]),
        ),
    ] {
        let outcome = served.call(&python, kind, method, &["x-sent=yes"]).await;
        assert_eq!(outcome["status"], "OK", "{kind}: {outcome}");
        assert_eq!(outcome["answers"], answers, "{kind}");
        assert_eq!(outcome["initial"]["x-saw"], "yes", "{kind}: {outcome}");
        assert_eq!(outcome["trailing"]["x-end"], "reached", "{kind}: {outcome}");
    }
}

#[tokio::test]
async fn an_error_passes_with_its_details() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    for kind in ["unary", "server-stream"] {
        let outcome = served.call(&python, kind, "/open.Service/Fail", &[]).await;
        assert_eq!(outcome["status"], "FAILED_PRECONDITION", "{outcome}");
        assert_eq!(outcome["message"], "not now: 100 % \u{fc}", "{outcome}");
        assert_eq!(
            outcome["trailing"]["grpc-status-details-bin"], "0001fe",
            "{outcome}"
        );
    }
}

#[tokio::test]
async fn refusals_are_grpc_statuses() {
    let python = require_component!("python-grpcio");
    let served = Served::new(&python).await;
    let key = ["x-api-key=demo-key"];
    for (method, metadata, status, message) in [
        (
            "/closed.Service/Echo",
            &[][..],
            "UNAUTHENTICATED",
            "The request has no API key.",
        ),
        (
            "/closed.Service/Echo",
            &["x-api-key=wrong"],
            "UNAUTHENTICATED",
            "The API key is not valid.",
        ),
        ("/closed.Service/Echo", &key, "OK", ""),
        (
            "/nobodys.Service/Echo",
            &key,
            "UNIMPLEMENTED",
            "No route matches this request.",
        ),
        (
            "/open.Service/Unknown",
            &[],
            "UNIMPLEMENTED",
            "Method not found!",
        ),
    ] {
        let outcome = served.call(&python, "unary", method, metadata).await;
        assert_eq!(
            (&outcome["status"], &outcome["message"]),
            (&status.into(), &message.into()),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let python = require_component!("python-grpcio");
    let served = Served::away();
    let outcome = served
        .call(&python, "unary", "/open.Service/Echo", &[])
        .await;
    assert_eq!(outcome["status"], "UNAVAILABLE", "{outcome}");
}

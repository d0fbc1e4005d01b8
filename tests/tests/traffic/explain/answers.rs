//! What `explain` says of requests that are routed, refused or answered, as text and as JSON.

use std::path::PathBuf;

use super::question::ask;

/// The file that the demo runs.
fn quickstart() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/quickstart.toml"
    ))
}

#[tokio::test]
async fn a_routed_request() {
    let question = [
        "GET",
        "http://api.example.com/v1/orders/4%32?x=1",
        "-H",
        "x-api-key: demo-key",
    ];
    let reply = ask(&quickstart(), &question).await;
    assert_eq!(reply.code, 0, "{reply:?}");
    for line in [
        "GET http://api.example.com/v1/orders/42?x=1",
        "route: orders  rest=\"42\"",
        "  1. key (api-key) lets pass; the caller is demo, consumer demo",
        "  2. fair-use (rate-limit) lets pass",
        "  3. who (headers) lets pass",
        "upstream sample gets, at 127.0.0.1:9001 or 127.0.0.1:9002:",
        "  GET /orders/42?x=1",
        "  host: api.example.com",
        "  x-consumer: demo",
        "  x-forwarded-for: 127.0.0.1",
    ] {
        assert!(
            reply.stdout.lines().any(|found| found == line),
            "no {line:?} in:\n{}",
            reply.stdout
        );
    }
    for loser in ["not whoami: ", "not old-orders: ", "not ping: "] {
        assert!(
            reply.stdout.contains(loser),
            "no {loser:?} in:\n{}",
            reply.stdout
        );
    }

    let json = ask(&quickstart(), &[&question[..], &["--json"]].concat())
        .await
        .json();
    assert_eq!(json["route"]["name"], "orders");
    assert_eq!(json["route"]["parameters"][0][1], "42");
    assert_eq!(json["fate"]["kind"], "forwarded");
    assert_eq!(json["fate"]["request"]["upstream"], "sample");
    assert_eq!(json["fate"]["request"]["target"], "/orders/42?x=1");
    assert_eq!(json["others"].as_array().unwrap().len(), 3);
    assert_eq!(json["layers"][0]["does"], "lets pass");
}

#[tokio::test]
async fn a_refused_request() {
    let question = ["GET", "http://api.example.com/v1/orders/42"];
    let reply = ask(&quickstart(), &question).await;
    assert_eq!(reply.code, 4, "{reply:?}");
    for text in [
        "  1. key (api-key) refuses: 401 auth/credential-missing",
        "  2. fair-use (rate-limit) is not reached",
        "refused: 401 auth/credential-missing: The request has no API key.",
        "if it were let pass, upstream sample gets",
        "  GET /orders/42\n",
    ] {
        assert!(
            reply.stdout.contains(text),
            "no {text:?} in:\n{}",
            reply.stdout
        );
    }
    let reply = ask(&quickstart(), &[&question[..], &["--json"]].concat()).await;
    let json = reply.json();
    assert_eq!(reply.code, 4);
    assert_eq!(json["fate"]["kind"], "refused");
    assert_eq!(json["fate"]["refusal"]["status"], 401);
    assert_eq!(json["fate"]["refusal"]["code"], "auth/credential-missing");
}

#[tokio::test]
async fn a_request_that_is_answered_here() {
    let question = ["POST", "http://api.example.com/orders/42?x=1"];
    let reply = ask(&quickstart(), &question).await;
    assert_eq!(reply.code, 0, "{reply:?}");
    for text in [
        "route: old-orders",
        "answered by the gateway: 308",
        "location: /v1/orders/42?x=1",
    ] {
        assert!(
            reply.stdout.contains(text),
            "no {text:?} in:\n{}",
            reply.stdout
        );
    }
    let json = ask(&quickstart(), &[&question[..], &["--json"]].concat())
        .await
        .json();
    assert_eq!(
        (&json["fate"]["kind"], &json["fate"]["status"]),
        (&"answered".into(), &308.into())
    );
}

#[tokio::test]
async fn a_request_that_no_route_takes() {
    for (method, url, code, reason) in [
        ("GET", "http://a/nowhere", "route/not-found", "not ping: "),
        (
            "DELETE",
            "http://a/v1/orders/1",
            "route/method-not-allowed",
            "not orders: method DELETE is not in GET, POST",
        ),
        ("GET", "http://a/..", "request/path-above-root", ""),
        ("TRACE", "http://a/ping", "request/method-unsupported", ""),
    ] {
        let reply = ask(&quickstart(), &[method, url]).await;
        assert_eq!(reply.code, 4, "{reply:?}");
        assert!(
            reply.stdout.contains(code) && reply.stdout.contains(reason),
            "no {code} in:\n{}",
            reply.stdout
        );
    }
}

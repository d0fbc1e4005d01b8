//! Layers that watch, stand aside or are off.

use axum_core::body::Body;
use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{Binary, wait_until};
use http::Request;
use serde_json::Value;

use super::consumers::{before, get_with};
use crate::PATIENCE;
use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::Protocol;

#[tokio::test]
async fn a_layer_that_observes_lets_pass_and_says_what_it_would_have_done() {
    let upstream = Upstream::start(respond::text("done")).await.unwrap();
    let file = format!(
        "{LISTENER}{}[layers.key]\ntype = \"api-key\"\nkeys = [{{ hash = \"sha256:{}\", label = \"x\" }}]\nmode = \"observe\"\n{ALL}layers = [\"key\"]\n",
        upstream_section("main", upstream.address(), Protocol::Http1),
        "0".repeat(64),
    );
    let mut gateway = Binary::find().unwrap().serve(&file).await.unwrap();
    let client = Protocol::Http1
        .connect(gateway.address("public").unwrap())
        .await;
    let request = Request::post("/")
        .header("x-api-key", "nobodys")
        .body(Body::from("payload"));
    let answer = client.send(request.unwrap()).await.unwrap();
    assert_eq!(
        (answer.status.as_u16(), answer.text()),
        (200, "done".into())
    );
    let seen = upstream.requests().remove(0);
    assert_eq!(
        (&seen.headers["x-api-key"], &seen.body[..]),
        (&"nobodys".parse().unwrap(), &b"payload"[..])
    );

    // The log is not on a terminal, so it is JSON, one object for each line.
    let observed = |stderr: String| {
        let lines = stderr
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.into_iter().find(|line| line["layer"] == "key")
    };
    let process = gateway.process();
    wait_until(PATIENCE, async || observed(process.stderr()).is_some())
        .await
        .unwrap();
    let line = observed(process.stderr()).unwrap();
    assert_eq!(
        (&line["code"], &line["status"]),
        (&"auth/credential-invalid".into(), &401.into()),
        "{line}"
    );
    assert!(!line.to_string().contains("nobodys"), "{line}");
}

#[tokio::test]
async fn a_layer_that_is_off_is_not_there() {
    let rest = r#"
[layers.other-key]
type = "api-key"
mode = "off"

[layers.limit]
type = "rate-limit"
rate = "1/min"
mode = "off"

[[routes]]
name = "all"
match = { path = "/" }
layers = ["other-key", "limit"]
upstream = "main"
"#;
    let passage = before(Protocol::Http1, rest).await;
    let client = passage.client(Protocol::Http1).await;
    for _ in 0..3 {
        let answer = client.get("/").await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), answer.header("ratelimit")),
            (200, None)
        );
    }
}

#[tokio::test]
async fn a_layer_with_a_condition_stands_aside_where_it_does_not_hold() {
    let rest = r#"
[layers.write-key]
type = "api-key"
when = 'request.method != "GET"'

[[routes]]
name = "all"
match = { path = "/" }
layers = ["write-key"]
upstream = "main"
"#;
    let passage = before(Protocol::Http1, rest).await;
    let client = passage.client(Protocol::Http1).await;
    assert_eq!(client.get("/").await.unwrap().status, 200);
    let post = |key: &str| {
        Request::post("/")
            .header("x-api-key", key)
            .body(Body::from("x"))
            .unwrap()
    };
    assert_eq!(client.send(post("")).await.unwrap().status, 401);
    assert_eq!(client.send(post("acme-one")).await.unwrap().status, 200);
    // Standing aside it does not take the key either.
    get_with(&client, "acme-one").await;
    assert_eq!(passage.seen().headers["x-api-key"], "acme-one");
}

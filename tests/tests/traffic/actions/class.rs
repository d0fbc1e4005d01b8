//! Which requests an upstream gets when it has too much to do.

use std::sync::Arc;

use axum_core::body::Body;
use gateway_testkit::{Answer, HttpClient, wait_until};
use http::{Request, Response};
use tokio::sync::Semaphore;

use crate::PATIENCE;
use crate::metrics::Scrape;
use crate::passage::Passage;
use crate::problem::assert_problem;
use crate::protocol::Protocol;

/// Two requests at once, of which the background and the default class may have one. The keys are `acme-one` and
/// `globex-one`.
const FILE: &str = r#"
limits = { requests = 2 }
concurrency = "adaptive"
circuit-breaker = {}

[admin]
bind = "127.0.0.1:0"

[consumers.acme]
keys = [{ hash = "sha256:d8c64aa8a4a7325514856089793b9f66997478647722494366b9a29969479b84" }]
groups = ["partners"]

[consumers.globex]
keys = [{ hash = "sha256:61091ce5a952c1d5dc8c906d5eaff458666df4bc90425bcf9ec9b3baebdc21a5" }]

[layers.key]
type = "api-key"

[[routes]]
name = "batch"
match = { path = "/batch" }
upstream = "main"
class = "background"

[[routes]]
name = "by-group"
match = { path = "/by-group" }
layers = ["key"]
upstream = "main"
class = { groups = { partners = "critical" } }

[[routes]]
name = "by-consumer"
match = { path = "/by-consumer" }
layers = ["key"]
upstream = "main"
class = { consumers = { globex = "critical" } }

[[routes]]
name = "by-expression"
match = { path = "/by-expression" }
upstream = "main"
class = { cel = 'request.headers["x-urgent"] == "yes" ? "critical" : "default"' }
"#;

async fn get(client: &HttpClient, path: &str, field: (&str, &str)) -> Answer {
    let request = Request::get(path).header(field.0, field.1);
    client
        .send(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_least_important_are_turned_away_first() {
    let go = Arc::new(Semaphore::new(0));
    let may_go = Arc::clone(&go);
    let respond = move |request: Request<Body>| {
        let may_go = Arc::clone(&may_go);
        async move {
            if !request.uri().path().starts_with("/by-group") {
                may_go.acquire().await.unwrap().forget();
            }
            Response::new(Body::from("done"))
        }
    };
    let passage = Passage::with(Protocol::Http1, respond, FILE).await;
    let client = passage.client(Protocol::Http2).await;
    #[expect(
        clippy::async_yields_async,
        reason = "the answer is awaited once the room is free"
    )]
    let held = async |path: &'static str, field, requests| {
        let client = passage.client(Protocol::Http1).await;
        let held = tokio::spawn(async move { get(&client, path, field).await });
        let has_come = async || passage.upstream.requests().len() == requests;
        wait_until(PATIENCE, has_come).await.unwrap();
        held
    };
    let (acme, globex) = (("x-api-key", "acme-one"), ("x-api-key", "globex-one"));
    let plain = ("x-urgent", "no");

    let first = held("/batch", plain, 1).await;
    for (path, field) in [
        ("/batch", plain),
        ("/by-group", globex),
        ("/by-consumer", acme),
        ("/by-expression", plain),
        ("/by-expression", acme),
    ] {
        assert_problem(&get(&client, path, field).await, 503, "upstream/shed");
    }
    assert_eq!(get(&client, "/by-group", acme).await.text(), "done");
    let urgent = held("/by-expression", ("x-urgent", "yes"), 3).await;
    let full = get(&client, "/by-group", acme).await;
    assert_problem(&full, 503, "upstream/overloaded");

    let scrape = Scrape::of(passage.gateway.admin_address().unwrap()).await;
    let event = |event| {
        scrape.value(&format!(
            r#"portcullis_upstream_events_total{{upstream="main",event="{event}"}}"#
        ))
    };
    assert_eq!((event("shed-background"), event("shed-default")), (1, 4));
    assert_eq!(event("requests-capped"), 1);
    let main = r#"{upstream="main"}"#;
    assert_eq!(
        scrape.value(&format!("portcullis_upstream_requests_in_flight{main}")),
        2
    );
    assert_eq!(
        scrape.value(&format!("portcullis_upstream_concurrency_limit{main}")),
        20
    );
    let circuit = |state| {
        scrape.value(&format!(
            r#"portcullis_upstream_circuit{{upstream="main",state="{state}"}}"#
        ))
    };
    assert_eq!((circuit("closed"), circuit("open")), (1, 0));

    go.add_permits(2);
    assert_eq!(first.await.unwrap().text(), "done");
    assert_eq!(urgent.await.unwrap().text(), "done");
    let first = held("/batch", plain, 4).await;
    let critical = held("/by-consumer", globex, 5).await;
    go.add_permits(2);
    assert_eq!(first.await.unwrap().text(), "done");
    assert_eq!(critical.await.unwrap().text(), "done");
}

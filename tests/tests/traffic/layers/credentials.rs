//! Callers with keys and without.

use axum_core::body::Body;
use http::Request;

use super::consumers::{before, get_with};
use crate::problem::assert_problem;
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

const FILE: &str = r#"
[layers.who]
type = "headers"
request = { set = { x-consumer = { cel = "identity.consumer" }, x-groups = { cel = "'partners' in identity.groups" } } }
response = { set = { x-stack = "seen" } }

[[routes]]
name = "all"
match = { path = { prefix = "/" } }
layers = ["key", "who"]
upstream = "main"
"#;

#[tokio::test]
async fn a_key_names_its_consumer_and_stays_here() {
    for (client, upstream) in WAYS {
        let passage = before(upstream, FILE).await;
        let client = passage.client(client).await;
        for (key, consumer, is_partner) in [
            ("acme-one", "acme", "true"),
            ("acme-two", "acme", "true"),
            ("globex-one", "globex", "false"),
        ] {
            let answer = get_with(&client, key).await;
            assert_eq!(
                (answer.status.as_u16(), answer.text()),
                (200, "done".into())
            );
            assert_eq!(answer.header("x-stack"), Some("seen"));
            let seen = passage.seen().headers;
            assert_eq!(
                (&seen["x-consumer"], &seen["x-groups"]),
                (&consumer.parse().unwrap(), &is_partner.parse().unwrap())
            );
            assert!(
                !seen.contains_key("x-api-key"),
                "the upstream was given the key"
            );
        }
    }
}

#[tokio::test]
async fn without_a_good_key_nothing_goes_through() {
    let passage = before(Protocol::Http1, FILE).await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        let missing = client.get("/").await.unwrap();
        assert_problem(&missing, 401, "auth/credential-missing");
        assert!(missing.header("www-authenticate").is_some());
        assert_eq!(missing.header("cache-control"), Some("no-store"));
        assert_eq!(
            missing.header("x-stack"),
            None,
            "a layer behind the refusal has run"
        );
        assert_problem(&get_with(&client, "").await, 401, "auth/credential-missing");
        assert_problem(
            &get_with(&client, "acme").await,
            401,
            "auth/credential-invalid",
        );
        let two = Request::get("/")
            .header("x-api-key", "acme-one")
            .header("x-api-key", "globex-one");
        let two = client.send(two.body(Body::empty()).unwrap()).await.unwrap();
        assert_problem(&two, 400, "auth/credential-ambiguous");
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn what_a_client_claims_of_itself_is_replaced() {
    let passage = before(Protocol::Http1, FILE).await;
    let request = Request::get("/")
        .header("x-api-key", "globex-one")
        .header("x-consumer", "acme")
        .header("x-consumer", "root")
        .body(Body::empty());
    passage
        .client(Protocol::Http1)
        .await
        .send(request.unwrap())
        .await
        .unwrap();
    let consumers: Vec<_> = passage
        .seen()
        .headers
        .get_all("x-consumer")
        .iter()
        .cloned()
        .collect();
    assert_eq!(consumers, ["globex"]);
}

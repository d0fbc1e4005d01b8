//! Limits, each consumer's own.

use gateway_testkit::Answer;

use super::consumers::{before, get_with};
use crate::problem::assert_problem;
use crate::protocol::{PROTOCOLS, Protocol};

const FILE: &str = r#"
[layers.fair-use]
type = "rate-limit"
rate = "3/min"
key = "consumer"

[[routes]]
name = "root"
match = { path = "/" }
layers = ["key", "fair-use"]
upstream = "main"

[[routes]]
name = "other"
match = { path = "/other" }
layers = ["key", "fair-use"]
respond = { body = "other" }
"#;

/// The `r` of `RateLimit`: how many requests would pass now.
fn remaining(answer: &Answer) -> u32 {
    let field = answer.header("ratelimit").unwrap();
    let parameter = |name| field.split(';').find_map(|part| part.strip_prefix(name));
    assert!(field.starts_with("\"fair-use\";"), "{field}");
    assert!(
        parameter("t=").unwrap().parse::<u32>().unwrap() <= 60,
        "{field}"
    );
    parameter("r=").unwrap().parse().unwrap()
}

#[tokio::test]
async fn each_consumer_has_a_limit_of_its_own_under_all_its_keys() {
    for protocol in PROTOCOLS {
        let passage = before(Protocol::Http1, FILE).await;
        let client = passage.client(protocol).await;
        for (key, left) in [("acme-one", 2), ("acme-two", 1), ("acme-one", 0)] {
            let answer = get_with(&client, key).await;
            assert_eq!(answer.status, 200);
            assert_eq!(remaining(&answer), left);
            assert_eq!(
                answer.header("ratelimit-policy"),
                Some("\"fair-use\";q=3;w=60")
            );
        }
        let refused = get_with(&client, "acme-two").await;
        assert_problem(&refused, 429, "rate-limit/exceeded");
        assert_eq!(remaining(&refused), 0);
        let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
        assert_eq!(get_with(&client, "globex-one").await.status, 200);
        assert_eq!(passage.upstream.requests().len(), 4);
    }
}

#[tokio::test]
async fn routes_that_name_a_limit_share_it() {
    let passage = before(Protocol::Http1, FILE).await;
    let client = passage.client(Protocol::Http1).await;
    let other = || {
        let request = http::Request::get("/other").header("x-api-key", "acme-one");
        request.body(axum_core::body::Body::empty()).unwrap()
    };
    for _ in 0..2 {
        assert_eq!(client.send(other()).await.unwrap().text(), "other");
    }
    assert_eq!(get_with(&client, "acme-one").await.status, 200);
    assert_eq!(get_with(&client, "acme-one").await.status, 429);
    assert_eq!(client.send(other()).await.unwrap().status, 429);
}

#[tokio::test]
async fn who_is_refused_before_the_limit_uses_nothing_of_it() {
    let passage = before(Protocol::Http1, FILE).await;
    let client = passage.client(Protocol::Http1).await;
    for _ in 0..5 {
        assert_eq!(get_with(&client, "wrong").await.status, 401);
    }
    assert_eq!(remaining(&get_with(&client, "acme-one").await), 2);
}

//! Requests divided among upstreams by weight.

use super::crowd::Crowd;
use crate::protocol::{PROTOCOLS, Protocol};

fn split(shares: &str) -> String {
    format!("[[routes]]\nname = \"all\"\nmatch = {{ path = \"/\" }}\nsplit = [{shares}]\n")
}

#[tokio::test]
async fn requests_are_divided_by_weight() {
    let crowd = Crowd::with(&split(
        "{ upstream = \"a\", weight = 9 }, { upstream = \"b\" }",
    ))
    .await;
    let mut clients = Vec::new();
    for protocol in PROTOCOLS {
        clients.push(crowd.client(protocol).await);
    }
    for client in clients.iter().cycle().take(1000) {
        assert_eq!(client.get("/").await.unwrap().status, 200);
    }
    let a = crowd.upstreams["a"].requests().len();
    let b = crowd.upstreams["b"].requests().len();
    assert_eq!(a + b, 1000);
    // The binomial distribution's standard deviation is 9.5; six of them happen once in 500 million runs.
    assert!((843..=957).contains(&a), "{a} of 1000 where 900 are due");
}

#[tokio::test]
async fn a_share_of_nothing_gets_nothing() {
    let crowd = Crowd::with(&split(
        "{ upstream = \"a\", weight = 0 }, { upstream = \"b\" }",
    ))
    .await;
    let client = crowd.client(Protocol::Http1).await;
    for _ in 0..100 {
        assert_eq!(client.get("/").await.unwrap().text(), "b");
    }
}

//! Clients that stay with one upstream of a split.

use std::collections::BTreeSet;

use axum_core::body::Body;
use gateway_testkit::HttpClient;
use http::Request;

use super::crowd::Crowd;
use crate::protocol::Protocol;

fn sticky(key: &str) -> String {
    format!(
        "[[routes]]\nname = \"all\"\nmatch = {{ path = \"/\" }}\nsplit = [{{ upstream = \"a\" }}, {{ upstream = \"b\" }}]\nsticky = {key}\n"
    )
}

/// Where a request with this field goes.
async fn place(client: &HttpClient, name: &str, value: &str) -> String {
    let request = Request::get("/")
        .header(name, value)
        .body(Body::empty())
        .unwrap();
    let answer = client.send(request).await.unwrap();
    assert_eq!(answer.header("set-cookie"), None);
    answer.text()
}

#[tokio::test]
async fn a_cookie_is_set_once_and_keeps_the_client_where_it_is() {
    let crowd = Crowd::with(&sticky("{ cookie = \"canary\" }")).await;
    let client = crowd.client(Protocol::Http1).await;
    let mut places = BTreeSet::new();
    for _ in 0..64 {
        let first = client.get("/").await.unwrap();
        let cookie = first.header("set-cookie").unwrap();
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert!(pair.starts_with("canary="), "{cookie}");
        assert!(attributes.contains("HttpOnly"), "{cookie}");
        for _ in 0..4 {
            assert_eq!(
                place(&client, "cookie", &format!("x=1; {pair}")).await,
                first.text()
            );
        }
        places.insert(first.text());
    }
    assert_eq!(places.len(), 2, "64 clients all went to {places:?}");
}

#[tokio::test]
async fn a_header_or_an_expression_keeps_its_value_where_it_is() {
    for key in [
        "{ header = \"x-user\" }",
        "{ cel = 'request.headers[\"x-user\"]' }",
    ] {
        let crowd = Crowd::with(&sticky(key)).await;
        let client = crowd.client(Protocol::Http1).await;
        let mut places = BTreeSet::new();
        for user in 0..64 {
            let user = format!("user-{user}");
            let first = place(&client, "x-user", &user).await;
            for _ in 0..4 {
                assert_eq!(place(&client, "x-user", &user).await, first);
            }
            places.insert(first);
        }
        assert_eq!(places.len(), 2, "64 users all went to {places:?}");
        // Without the key there is nothing to stick by.
        assert_eq!(client.get("/").await.unwrap().header("set-cookie"), None);
    }
}

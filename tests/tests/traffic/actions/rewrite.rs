//! What the upstream is asked for in the place of what came.

use gateway_testkit::upstream::respond;

use crate::passage::Passage;
use crate::problem::assert_problem;
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

#[tokio::test]
async fn a_prefix_is_stripped_by_whole_segments() {
    let rest = "[[routes]]\nname = \"all\"\nmatch = { path = { prefix = \"/\" } }\nupstream = \"main\"\n\
                rewrite = { strip-prefix = \"/v1\" }\n";
    for (client, upstream) in WAYS {
        let passage = Passage::with(upstream, respond::text("done"), rest).await;
        let client = passage.client(client).await;
        for (target, seen) in [
            ("/v1/orders?x=%2F", "/orders?x=%2F"),
            ("/v1", "/"),
            ("/v1?x", "/?x"),
            ("/v1/", "/"),
            ("/v10/orders", "/v10/orders"),
            ("/orders/v1/x", "/orders/v1/x"),
            ("/v1/v1/x", "/v1/x"),
            ("/v1//evil.test/", "/evil.test/"),
        ] {
            client.get(target).await.unwrap();
            assert_eq!(
                passage.seen().uri.path_and_query().unwrap(),
                seen,
                "{target}"
            );
        }
    }
}

#[tokio::test]
async fn a_path_is_made_of_what_the_route_caught() {
    let rest = r#"
[[routes]]
name = "file"
match = { path = "/users/{user}/{*rest}" }
upstream = "main"
rewrite = { path = "/files/{rest}/of/{user}" }
"#;
    let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        client.get("/users/me/a/b%20c?x=1").await.unwrap();
        assert_eq!(
            passage.seen().uri.path_and_query().unwrap(),
            "/files/a/b%20c/of/me?x=1"
        );
    }
}

#[tokio::test]
async fn a_parameter_cannot_lead_out_of_the_rewrites_place() {
    let rest = r#"
[gateway.head]
encoded-slash = "keep"

[[routes]]
name = "file"
match = { path = "/files/{name}" }
upstream = "main"
rewrite = { path = "/public/{name}" }
"#;
    let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
    let client = passage.client(Protocol::Http1).await;
    for target in [
        "/files/%2e%2e%2fsecret",
        "/files/..%2Fsecret",
        "/files/.%2e",
        "/files/%252e%252e",
    ] {
        let answer = client.get(target).await.unwrap();
        assert_eq!(answer.status.as_u16() / 100, 4, "{target}");
    }
    assert!(passage.upstream.requests().is_empty());
    assert_problem(
        &client.get("/files/").await.unwrap(),
        404,
        "route/not-found",
    );
}

#[tokio::test]
async fn the_host_is_kept_or_the_upstreams_or_a_fixed_one() {
    for (client, upstream) in WAYS {
        for rewrite in ["preserve", "upstream", "inner.example.com:81"] {
            let rest = format!(
                "[[routes]]\nname = \"all\"\nmatch = {{ path = {{ prefix = \"/\" }} }}\nupstream = \"main\"\nrewrite = {{ host = \"{rewrite}\" }}\n"
            );
            let passage = Passage::with(upstream, respond::text("done"), &rest).await;
            passage
                .client(client)
                .await
                .get("http://api.example.com/")
                .await
                .unwrap();
            let seen = passage.seen();
            let host = match seen.uri.authority() {
                Some(authority) => authority.as_str(),
                None => seen.headers["host"].to_str().unwrap(),
            };
            let expected = match rewrite {
                "preserve" => "api.example.com".to_owned(),
                "upstream" => passage.upstream.address().to_string(),
                fixed => fixed.to_owned(),
            };
            assert_eq!(host, expected, "{client:?} {upstream:?}");
            assert_eq!(seen.headers["x-forwarded-host"], "api.example.com");
        }
    }
}

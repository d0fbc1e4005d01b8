//! One canonical path, whatever the spelling.

use gateway_testkit::upstream::respond;

use super::probe::{Connection, Probe};
use crate::passage::{ALL, Passage};
use crate::protocol::Protocol;

#[tokio::test]
async fn the_upstream_sees_the_canonical_path() {
    let probe = Probe::new().await;
    for (target, seen) in [
        ("/a/./b", "/a/b"),
        ("/a/b/../c", "/a/c"),
        ("/a/b/..", "/a/"),
        ("/a/%2e%2E/c", "/c"),
        ("/a//b///c", "/a/b/c"),
        ("/%61%2D%7e", "/a-~"),
        ("/%e2%82%ac", "/%E2%82%AC"),
        ("/a;x=1/b", "/a;x=1/b"),
        ("/a%3bx", "/a%3Bx"),
        ("/a|b", "/a%7Cb"),
        ("/a%2541", "/a%2541"),
        ("/a?x=//../%2e%zz", "/a?x=//../%2e%zz"),
        ("/?", "/?"),
        ("http://a/x//y?z", "/x/y?z"),
        ("http://a", "/"),
        ("http://a?q", "/?q"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let outcome = probe.send(request.as_bytes()).await;
        assert_eq!(outcome.response.text(), "done", "{target}");
        assert_eq!(outcome.seen.unwrap().uri, seen, "{target}");
        assert_eq!(outcome.connection, Connection::Usable);
    }
}

#[tokio::test]
async fn the_matcher_sees_the_canonical_path_too() {
    let rest = "[[routes]]\nname = \"open\"\nmatch = { path = { prefix = \"/\" } }\nupstream = \"main\"\n\
                [[routes]]\nname = \"shut\"\nmatch = { path = { prefix = \"/admin\" } }\nrespond = { status = 403 }\n";
    let passage = Passage::with(Protocol::Http1, respond::text("done"), rest).await;
    for target in [
        "/admin",
        "//admin",
        "/%61dmin",
        "/x/../admin/y",
        "/./admin",
        "http://a/admin",
        "/x/%2e%2e/admin",
    ] {
        let mut client = passage.raw().await;
        client
            .send(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"))
            .await
            .unwrap();
        assert_eq!(
            client.read_response().await.unwrap().status().unwrap(),
            403,
            "{target}"
        );
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn an_encoded_slash_is_kept_where_the_file_says_so() {
    let rest = format!("[gateway.head]\nencoded-slash = \"keep\"\n{ALL}");
    let passage = Passage::with(Protocol::Http1, respond::text("done"), &rest).await;
    let client = passage.client(Protocol::Http1).await;
    assert_eq!(client.get("/a%2fb/c").await.unwrap().status, 200);
    assert_eq!(passage.seen().uri, "/a%2Fb/c");
    assert_eq!(client.get("/a/..%2fb").await.unwrap().status, 400);
}

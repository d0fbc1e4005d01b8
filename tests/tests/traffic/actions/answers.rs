//! Answers of the gateway itself: from the file, or that no route takes the request.

use axum_core::body::Body;
use gateway_testkit::upstream::respond;
use http::Request;

use crate::passage::Passage;
use crate::problem::assert_problem;
use crate::protocol::{PROTOCOLS, Protocol};

const FILE: &str = r#"
[[routes]]
name = "ping"
match = { path = "/ping" }
respond = { status = 203, body = "pong\n", headers = { x-answer = "file" } }

[[routes]]
name = "empty"
match = { path = "/empty", host = "*.example.com" }
respond = { status = 204 }

[[routes]]
name = "typed"
match = { path = "/typed" }
respond = { body = "{}", content-type = "application/json" }

[[routes]]
name = "read"
match = { path = "/orders/{id}", methods = ["GET", "PUT"] }
upstream = "main"

[[routes]]
name = "remove"
match = { path = "/orders/{id}", methods = ["DELETE"] }
upstream = "main"
"#;

#[tokio::test]
async fn answers_from_the_file() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), FILE).await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        let ping = client.get("/ping").await.unwrap();
        assert_eq!((ping.status.as_u16(), ping.text()), (203, "pong\n".into()));
        assert_eq!(
            ping.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(ping.header("x-answer"), Some("file"));
        assert_eq!(ping.header("content-length"), Some("5"));

        let empty = client.get("http://api.example.com/empty").await.unwrap();
        assert_eq!(
            (empty.status.as_u16(), empty.header("content-type")),
            (204, None)
        );
        let typed = client.get("/typed").await.unwrap();
        assert_eq!(typed.header("content-type"), Some("application/json"));
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn a_request_without_a_route_is_not_found() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), FILE).await;
    let client = passage.client(Protocol::Http1).await;
    for url in [
        "/",
        "/ping/",
        "/pin",
        "/PING",
        "/orders/1/2",
        "http://example.com/empty",
        "http://a.b.example.com/empty",
    ] {
        assert_problem(&client.get(url).await.unwrap(), 404, "route/not-found");
    }
}

#[tokio::test]
async fn another_method_is_not_allowed_and_told_which_are() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), FILE).await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        let post = Request::post("/orders/1").body(Body::from("x")).unwrap();
        let answer = client.send(post).await.unwrap();
        assert_problem(&answer, 405, "route/method-not-allowed");
        let mut allow: Vec<_> = answer.header("allow").unwrap().split(", ").collect();
        allow.sort_unstable();
        assert_eq!(allow, ["DELETE", "GET", "PUT"]);
        assert_eq!(client.get("/orders/1").await.unwrap().text(), "done");
    }
}

#[tokio::test]
async fn head_of_an_answer_of_ours_has_no_body() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), FILE).await;
    for protocol in PROTOCOLS {
        let client = passage.client(protocol).await;
        for (target, status, length) in [("/ping", 203, Some("5")), ("/nowhere", 404, Some("122"))]
        {
            let head = Request::head(target).body(Body::empty()).unwrap();
            let head = client.send(head).await.unwrap();
            assert_eq!((head.status.as_u16(), head.text()), (status, String::new()));
            assert_eq!(
                head.header("content-length"),
                length,
                "{target} {protocol:?}"
            );
        }
    }
}

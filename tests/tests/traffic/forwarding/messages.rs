//! A request arrives as it was sent.

use axum_core::body::Body;
use gateway_testkit::body::BodyScript;
use gateway_testkit::upstream::{BodyProgress, RecordedRequest, respond};
use http::{HeaderMap, Request, Version};

use crate::passage::Passage;
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

/// The values of all lines of a field.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let values = headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

/// Whom the request is for, as the upstream sees it.
fn host(seen: &RecordedRequest) -> &str {
    match seen.version {
        Version::HTTP_2 => seen.uri.authority().unwrap().as_str(),
        _ => seen.headers["host"].to_str().unwrap(),
    }
}

#[tokio::test]
async fn method_target_fields_and_body_arrive_as_sent() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let request = Request::put("http://api.example.com:8080/a/b%20c?x=1&y=%2F&y=%7E")
            .header("x-one", "1")
            .header("x-one", "2")
            .header("content-type", "text/x-test")
            .body(Body::from("payload"))
            .unwrap();
        let answer = passage.client(client).await.send(request).await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), answer.text()),
            (200, "done".into())
        );

        let seen = passage.seen();
        assert_eq!(seen.method, "PUT");
        assert_eq!(
            seen.uri.path_and_query().unwrap(),
            "/a/b%20c?x=1&y=%2F&y=%7E"
        );
        assert_eq!(
            host(&seen),
            "api.example.com:8080",
            "{client:?} {upstream:?}"
        );
        assert_eq!(values(&seen.headers, "x-one"), ["1", "2"]);
        assert_eq!(values(&seen.headers, "content-type"), ["text/x-test"]);
        assert_eq!(
            values(&seen.headers, "content-length"),
            ["7"],
            "{client:?} {upstream:?}"
        );
        assert_eq!(
            (&seen.body[..], seen.progress),
            (&b"payload"[..], BodyProgress::Complete)
        );
        assert_eq!(seen.version == Version::HTTP_2, upstream == Protocol::Http2);
    }
}

#[tokio::test]
async fn declared_trailers_arrive_in_both_directions() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::echo()).await;
        let body = BodyScript::new()
            .data("a")
            .data("b")
            .trailer("x-sum", "2")
            .trailer("x-undeclared", "1")
            .into_body();
        let request = Request::post("/")
            .header("te", "trailers")
            .header("trailer", "x-sum")
            .body(body)
            .unwrap();
        let answer = passage.client(client).await.send(request).await.unwrap();
        let seen = passage.seen();
        assert_eq!(
            values(&seen.headers, "te"),
            ["trailers"],
            "{client:?} {upstream:?}"
        );
        assert_eq!(answer.text(), "ab");
        for trailers in [seen.trailers.unwrap(), answer.trailers.unwrap()] {
            assert_eq!(trailers["x-sum"], "2", "{client:?} {upstream:?}");
            assert_eq!(trailers.len(), 1, "{client:?} {upstream:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_takes_no_trailers_promises_none() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        passage.client(client).await.get("/").await.unwrap();
        assert!(
            values(&passage.seen().headers, "te").is_empty(),
            "{client:?} {upstream:?}"
        );
    }
}

#[tokio::test]
async fn cookie_crumbs_are_joined() {
    let passage = Passage::to(Protocol::Http1, respond::text("done")).await;
    for client in PROTOCOLS {
        let request = Request::get("/")
            .header("cookie", "a=1")
            .header("cookie", "b=2; c=3")
            .body(Body::empty())
            .unwrap();
        passage.client(client).await.send(request).await.unwrap();
        assert_eq!(
            values(&passage.seen().headers, "cookie"),
            ["a=1; b=2; c=3"],
            "{client:?}"
        );
    }
}

#[tokio::test]
async fn trailers_say_nothing_that_only_a_head_may_say() {
    for upstream in [Protocol::Http1, Protocol::Http2] {
        let passage = Passage::to(upstream, respond::echo()).await;
        let mut client = passage.raw().await;
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n2\r\nhi\r\n0\r\n";
        let trailers = "x-sum: 2\r\nhost: evil\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\
                        authorization: x\r\ncookie: a=1\r\nx-forwarded-for: 192.0.2.1\r\n\r\n";
        client.send([head, trailers].concat()).await.unwrap();
        assert_eq!(client.read_response().await.unwrap().text(), "hi");
        let trailers = passage.seen().trailers.unwrap();
        let names: Vec<_> = trailers.keys().collect();
        assert_eq!(names, ["x-sum"], "{upstream:?}");
    }
}

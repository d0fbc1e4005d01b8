//! A response arrives as it was sent.

use axum_core::body::Body;
use bytes::Bytes;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::{RawUpstream, respond};
use http::{Method, Request, Response};

use crate::passage::{ALL, Passage, gateway_before};
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

fn response(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("etag", "\"v1\"")
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .body(Bytes::from(body))
        .unwrap()
}

#[tokio::test]
async fn status_fields_and_body_arrive_as_sent() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::fixed(response(418, "short and stout"))).await;
        let answer = passage.client(client).await.get("/").await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), answer.text()),
            (418, "short and stout".into())
        );
        assert_eq!(answer.header("etag"), Some("\"v1\""));
        assert_eq!(
            answer.header("content-length"),
            Some("15"),
            "{client:?} {upstream:?}"
        );
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
    }
}

#[tokio::test]
async fn head_has_the_length_of_a_body_that_does_not_come() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::fixed(response(200, "hello"))).await;
        let client_side = passage.client(client).await;
        for _ in 0..2 {
            let head = Request::head("/").body(Body::empty()).unwrap();
            let answer = client_side.send(head).await.unwrap();
            assert_eq!(
                (answer.status.as_u16(), answer.text()),
                (200, String::new())
            );
            assert_eq!(
                answer.header("content-length"),
                Some("5"),
                "{client:?} {upstream:?}"
            );
        }
        assert_eq!(passage.seen().method, Method::HEAD);
        assert_eq!(client_side.get("/").await.unwrap().text(), "hello");
    }
}

#[tokio::test]
async fn no_content_and_not_modified_have_no_body() {
    for (client, upstream) in WAYS {
        for status in [204, 304] {
            let passage = Passage::to(upstream, respond::fixed(response(status, ""))).await;
            let client_side = passage.client(client).await;
            for _ in 0..2 {
                let answer = client_side.get("/").await.unwrap();
                assert_eq!(
                    (answer.status.as_u16(), answer.text()),
                    (status, String::new())
                );
                assert_eq!(answer.header("etag"), Some("\"v1\""));
                assert_eq!(answer.header("transfer-encoding"), None);
            }
        }
    }
}

#[tokio::test]
async fn no_content_has_no_length() {
    let wrong = |mut connection: RawConnection| async move {
        connection.read_request().await?;
        connection
            .send("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n")
            .await
    };
    let upstream = RawUpstream::start(wrong).await.unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    for protocol in PROTOCOLS {
        let client = protocol.connect(gateway.address("public").unwrap()).await;
        let answer = client.get("/").await.unwrap();
        assert_eq!(answer.header("content-length"), None, "{protocol:?}");
    }
}

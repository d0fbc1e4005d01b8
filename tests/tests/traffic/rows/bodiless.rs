//! Responses that have no body have none, whatever comes behind their heads.

use std::io;
use std::sync::Arc;

use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::RawUpstream;

use super::asking::ask;
use crate::passage::{ALL, gateway_before};
use crate::protocol::{PROTOCOLS, Protocol};

/// A body that looks like the response to somebody else.
const POISON: &str = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

/// Answers `/plain` well; everything else with `head` and the poison behind it.
async fn play(mut connection: RawConnection, head: Arc<str>) -> io::Result<()> {
    loop {
        let request = connection.read_request().await?;
        if request.head.start_line.contains("/plain") {
            connection
                .send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
                .await?;
        } else {
            connection.send(format!("{head}{POISON}")).await?;
        }
    }
}

#[tokio::test]
async fn head_204_and_304_have_no_body_and_what_follows_answers_nobody() {
    let length = POISON.len();
    for (method, head) in [
        (
            "HEAD",
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"),
        ),
        (
            "HEAD",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
        ),
        ("HEAD", "HTTP/1.1 200 OK\r\n\r\n".to_owned()),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n".to_owned()),
        (
            "GET",
            format!("HTTP/1.1 204 No Content\r\nContent-Length: {length}\r\n\r\n"),
        ),
        (
            "GET",
            format!("HTTP/1.1 304 Not Modified\r\nContent-Length: {length}\r\n\r\n"),
        ),
        (
            "GET",
            "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
        ),
    ] {
        let shared: Arc<str> = head.as_str().into();
        let upstream =
            RawUpstream::start(move |connection| play(connection, Arc::clone(&shared))).await;
        let upstream = upstream.unwrap();
        let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
        let address = gateway.address("public").unwrap();
        for protocol in PROTOCOLS {
            let told = ask(protocol, address, method, "/", &[], "").await;
            let expected = head.split(' ').nth(1).unwrap().parse().unwrap();
            assert_eq!(
                (told.status, told.body.as_str(), told.is_whole),
                (expected, "", true),
                "{head}"
            );
            let next = ask(protocol, address, "GET", "/plain", &[], "").await;
            assert_eq!((next.status, next.body.as_str()), (200, "done"), "{head}");
        }
    }
}

#[tokio::test]
async fn over_one_connection_the_next_response_follows_at_once() {
    let upstream =
        RawUpstream::start(|connection| play(connection, "HTTP/1.1 204 No\r\n\r\n".into())).await;
    let upstream = upstream.unwrap();
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    let mut client = RawConnection::connect(gateway.address("public").unwrap())
        .await
        .unwrap();
    let pipelined = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /plain HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(pipelined.repeat(3)).await.unwrap();
    for _ in 0..3 {
        let empty = client.read_response().await.unwrap();
        assert_eq!(
            (
                empty.status().unwrap().as_u16(),
                empty.head.field("content-length")
            ),
            (204, None)
        );
        assert_eq!(client.read_response().await.unwrap().text(), "done");
    }
}

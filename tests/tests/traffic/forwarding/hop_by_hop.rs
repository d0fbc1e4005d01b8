//! What concerns one connection alone stays on it, in both directions.

use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::RawUpstream;

use crate::passage::{ALL, gateway_before};
use crate::protocol::Protocol;

const REQUEST: &str = concat!(
    "GET /x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Secret, upgrade\r\nX-Secret: 1\r\n",
    "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\n",
    "TE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nX-Kept: 1\r\n\r\n",
);
const RESPONSE: &str = concat!(
    "HTTP/1.1 200 OK\r\nConnection: X-Secret\r\nConnection: close\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\n",
    "Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 5\r\n\r\nhello",
);
/// The fields above that must not be passed on.
const STRIPPED: [&str; 9] = [
    "connection",
    "x-secret",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "proxy-authenticate",
    "te",
    "upgrade",
    "http2-settings",
];

/// An upstream that answers each request with [`RESPONSE`].
async fn upstream() -> RawUpstream {
    let script = |mut connection: RawConnection| async move {
        connection.read_request().await?;
        connection.send(RESPONSE).await
    };
    RawUpstream::start(script).await.unwrap()
}

#[tokio::test]
async fn the_upstream_sees_nothing_of_the_clients_connection() {
    let upstream = upstream().await;
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    let mut client = RawConnection::connect(gateway.address("public").unwrap())
        .await
        .unwrap();
    client.send(REQUEST).await.unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "hello");
    let (seen, _) = gateway_testkit::raw::RawHead::parse(&upstream.received()[0]).unwrap();
    assert_eq!(seen.field("x-kept"), Some("1"));
    for name in STRIPPED {
        assert_eq!(seen.field(name), None, "{seen:?}");
    }
}

#[tokio::test]
async fn the_client_sees_nothing_of_the_upstreams_connection() {
    let upstream = upstream().await;
    let gateway = gateway_before(upstream.address(), Protocol::Http1, ALL);
    let address = gateway.address("public").unwrap();
    let mut client = RawConnection::connect(address).await.unwrap();
    // The upstream closes its connection after each response; the client's stays.
    for _ in 0..2 {
        client.send(REQUEST).await.unwrap();
        let response = client.read_response().await.unwrap();
        assert_eq!(response.head.field("x-kept"), Some("1"));
        for name in STRIPPED {
            assert_eq!(response.head.field(name), None, "{:?}", response.head);
        }
    }
    assert_eq!(upstream.connections(), 2);

    let answer = Protocol::Http2
        .connect(address)
        .await
        .get("/x")
        .await
        .unwrap();
    assert_eq!(answer.text(), "hello");
    assert!(
        STRIPPED
            .iter()
            .all(|name| !answer.headers.contains_key(*name)),
        "{:?}",
        answer.headers
    );
}

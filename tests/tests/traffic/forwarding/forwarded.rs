//! What the upstream is told about the client.

use axum_core::body::Body;
use gateway_testkit::upstream::respond;
use http::Request;

use crate::passage::{ALL, Passage};
use crate::protocol::{Protocol, WAYS};

/// A request that claims to come from somewhere else.
fn claiming() -> Request<Body> {
    Request::get("http://api.example.com/")
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-forwarded-for", "192.0.2.2")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "admin.internal")
        .header("x-forwarded-port", "22")
        .header("forwarded", "for=192.0.2.3")
        .header("x-real-ip", "192.0.2.4")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn strangers_are_not_believed() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        passage.client(client).await.send(claiming()).await.unwrap();
        let seen = passage.seen().headers;
        for (name, value) in [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-host", "api.example.com"),
        ] {
            let values: Vec<_> = seen.get_all(name).iter().collect();
            assert_eq!(values, [value], "{name} {client:?} {upstream:?}");
        }
        for name in ["x-forwarded-port", "forwarded", "x-real-ip"] {
            assert!(!seen.contains_key(name), "{name} {client:?} {upstream:?}");
        }
    }
}

#[tokio::test]
async fn a_client_cannot_strip_what_we_add() {
    let passage = Passage::to(Protocol::Http1, respond::text("done")).await;
    let mut client = passage.raw().await;
    let head =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x-forwarded-for, x-forwarded-host, host\r\n\r\n";
    client.send(head).await.unwrap();
    assert_eq!(client.read_response().await.unwrap().text(), "done");
    let seen = passage.seen().headers;
    assert_eq!(seen["x-forwarded-for"], "127.0.0.1");
    assert_eq!(seen["x-forwarded-host"], "a");
    assert_eq!(seen["host"], "a");
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_its_chain_continued() {
    let rest = format!(
        "[layers.tell]\ntype = \"headers\"\nrequest = {{ set = {{ x-client = {{ cel = 'client.address' }} }} }}\n[gateway]\nlayers = [\"tell\"]\n{ALL}"
    );
    for trusted in ["127.0.0.0/8", "10.0.0.0/8"] {
        let rest = format!(
            "[listeners.second]\nbind = \"127.0.0.1:0\"\ntrusted-proxies = [\"{trusted}\"]\n{rest}"
        );
        let passage = Passage::with(Protocol::Http1, respond::text("done"), &rest).await;
        let second = passage.gateway.address("second").unwrap();
        Protocol::Http1
            .connect(second)
            .await
            .send(claiming())
            .await
            .unwrap();
        let seen = passage.seen().headers;
        if trusted.starts_with("127") {
            assert_eq!(seen["x-forwarded-for"], "192.0.2.1, 192.0.2.2, 127.0.0.1");
            assert_eq!(seen["x-forwarded-proto"], "https");
            assert_eq!(seen["x-forwarded-host"], "admin.internal");
            assert_eq!(seen["x-client"], "192.0.2.2");
        } else {
            assert_eq!(seen["x-forwarded-for"], "127.0.0.1");
            assert_eq!(seen["x-client"], "127.0.0.1");
        }
    }
}

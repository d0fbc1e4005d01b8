//! What may be asked of an endpoint, and for how long; and how its connections end.

use std::time::Duration;

use gateway_testkit::body::BodyScript;
use gateway_testkit::raw::RawConnection;
use gateway_testkit::raw_http2::{Frame, RawHttp2, hpack};
use gateway_testkit::upstream::{Misbehaviour, RawUpstream, Upstream, respond};
use gateway_testkit::{InProcessGateway, wait_until};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::asking::{get, http2};
use super::counted::{ADMIN, becomes, event};
use crate::PATIENCE;
use crate::passage::{ALL, LISTENER, Passage, upstream_section};
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

/// A gateway before `upstream`, which has these keys.
fn gateway(address: std::net::SocketAddr, protocol: Protocol, keys: &str) -> InProcessGateway {
    let main = upstream_section("main", address, protocol);
    InProcessGateway::start(&format!("{LISTENER}{main}{keys}{ADMIN}{ALL}")).unwrap()
}

async fn passage(upstream: Upstream, protocol: Protocol, keys: &str) -> Passage {
    let gateway = gateway(upstream.address(), protocol, keys);
    Passage { upstream, gateway }
}

/// One connection, one request that waits for it, and five too many.
#[tokio::test]
async fn one_request_too_many_is_refused_and_counted() {
    let (open, opened) = watch::channel(false);
    let held = move |_| {
        let mut opened = opened.clone();
        async move {
            let _ = opened.wait_for(|open| *open).await;
            http::Response::new("done".into())
        }
    };
    let upstream = Upstream::start(held).await.unwrap();
    let keys = "limits = { connections = 1, pending = 1 }\n";
    let passage = passage(upstream, Protocol::Http1, keys).await;
    let address = passage.address();
    let mut clients = JoinSet::new();
    clients.spawn(get(Protocol::Http1, address));
    passage
        .upstream
        .wait_for_requests(1, PATIENCE)
        .await
        .unwrap();
    for protocol in PROTOCOLS.into_iter().cycle().take(6) {
        clients.spawn(get(protocol, address));
    }
    becomes(&passage.gateway, &event("requests-overloaded"), 5).await;
    for _ in 0..5 {
        let told = clients.join_next().await.unwrap().unwrap();
        assert_eq!(told.status, 503, "{told:?}");
        assert!(told.body.contains("upstream/overloaded"));
    }
    assert_eq!(passage.upstream.requests().len(), 1);
    open.send(true).unwrap();
    for _ in 0..2 {
        let told = clients.join_next().await.unwrap().unwrap();
        assert_eq!((told.status, told.body.as_str()), (200, "done"));
    }
    assert_eq!(passage.upstream.connections(), 1);
}

#[tokio::test]
async fn a_response_that_does_not_begin_is_504_and_counted() {
    for (client, protocol) in WAYS {
        let slow = respond::delayed(Duration::from_secs(60), respond::text("late"));
        let upstream = Upstream::start(slow).await.unwrap();
        let passage = passage(upstream, protocol, "timeout = { request = \"200ms\" }\n").await;
        let told = get(client, passage.address()).await;
        assert_eq!(told.status, 504);
        becomes(&passage.gateway, &event("request-timeout"), 1).await;
    }
}

#[tokio::test]
async fn a_response_that_falls_silent_is_cut_and_counted() {
    for (client, protocol) in WAYS {
        let stalling = || BodyScript::new().data("part").stall();
        let upstream = Upstream::start(respond::stream(stalling)).await.unwrap();
        let passage = passage(upstream, protocol, "timeout = { idle = \"200ms\" }\n").await;
        let told = get(client, passage.address()).await;
        assert_eq!(
            (told.status, told.is_whole),
            (200, false),
            "{client:?} {protocol:?}"
        );
        becomes(&passage.gateway, &event("idle-timeout"), 1).await;
    }
}

/// The response has ended and the request's body never does: the connection to the upstream closes
/// (hyper#4176).
#[tokio::test]
async fn a_client_that_never_ends_its_body_leaks_no_upstream_socket() {
    let (closed, mut closes) = watch::channel(0);
    let answering_early = move |mut connection: RawConnection| {
        let closed = closed.clone();
        async move {
            connection.read_head().await?;
            connection
                .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly")
                .await?;
            // What is on its way is read; the end of it is what this is about.
            let _ = connection.read_to_end().await;
            closed.send_modify(|closed| *closed += 1);
            Ok(())
        }
    };
    let upstream = RawUpstream::start(answering_early).await.unwrap();
    let gateway = gateway(upstream.address(), Protocol::Http1, "");
    let address = gateway.address("public").unwrap();
    let mut one = RawConnection::connect(address).await.unwrap();
    one.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx")
        .await
        .unwrap();
    assert_eq!(one.read_response().await.unwrap().text(), "early");
    let mut other = RawHttp2::connect(address).await.unwrap();
    let head = Frame::headers(1, hpack::request("POST", "/"));
    other.send([head, Frame::data(1, "x")]).await.unwrap();
    assert_eq!(http2(&mut other, 1).await.body, "early");
    let both = closes.wait_for(|closed| *closed == 2);
    tokio::time::timeout(PATIENCE, both).await.unwrap().unwrap();
    assert_eq!(upstream.connections(), 2);
}

/// The probe before reuse: an endpoint that closes right after each response costs nobody anything.
#[tokio::test]
async fn closing_after_each_response_costs_no_request_of_any_method() {
    let upstream = RawUpstream::misbehaving(Misbehaviour::CloseAfterResponse)
        .await
        .unwrap();
    let gateway = gateway(upstream.address(), Protocol::Http1, "");
    let address = gateway.address("public").unwrap();
    for client in PROTOCOLS {
        let client = client.connect(address).await;
        for number in 0..50 {
            for method in ["GET", "POST", "DELETE"] {
                let request = http::Request::builder()
                    .method(method)
                    .uri(format!("/{number}"));
                let answer = client
                    .send(request.body("hi".into()).unwrap())
                    .await
                    .unwrap();
                assert_eq!(answer.text(), "hello", "{method} {number}");
            }
        }
    }
    let heads = upstream.received().concat();
    let heads = String::from_utf8(heads).unwrap();
    assert_eq!(
        heads.matches("POST /").count(),
        100,
        "a POST was made twice"
    );
}

#[tokio::test]
async fn idle_connections_to_endpoints_end() {
    for protocol in PROTOCOLS {
        let upstream = Upstream::start(respond::text("done")).await.unwrap();
        let passage = passage(upstream, protocol, "keep-alive = { timeout = \"100ms\" }\n").await;
        for count in 1..=2 {
            assert_eq!(get(Protocol::Http1, passage.address()).await.body, "done");
            assert_eq!(passage.upstream.connections(), count, "{protocol:?}");
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
    }
    let upstream = RawUpstream::misbehaving(Misbehaviour::Drip(Duration::ZERO))
        .await
        .unwrap();
    let gateway = gateway(
        upstream.address(),
        Protocol::Http1,
        "keep-alive = { max-age = \"1s\" }\n",
    );
    let address = gateway.address("public").unwrap();
    let aged = async || {
        assert_eq!(get(Protocol::Http1, address).await.body, "hello");
        upstream.connections() > 1
    };
    wait_until(PATIENCE, aged).await.unwrap();
    becomes(&gateway, &event("connections-aged"), 1).await;
}

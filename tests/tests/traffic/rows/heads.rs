//! Heads that are refused or made harmless over HTTP/2 as they are over HTTP/1.1.

use gateway_testkit::raw_http2::{Frame, RawHttp2, hpack};
use gateway_testkit::upstream::respond;

use super::asking::{ask, http2};
use super::counted::{ADMIN, becomes, refused, value};
use super::stream::block;
use crate::passage::{ALL, Passage};
use crate::protocol::{PROTOCOLS, Protocol, WAYS};

/// A GET with these pseudo-fields in the place of `:path` and `:authority`.
fn get(path: &str, authority: &str) -> Vec<u8> {
    let fields = [
        (":method", "GET"),
        (":scheme", "http"),
        (":path", path),
        (":authority", authority),
    ];
    let fields = fields.map(|(name, value)| hpack::literal(name, value));
    fields.concat()
}

#[tokio::test]
async fn hosts_targets_and_expectations_are_refused_over_http2_too() {
    let passage = Passage::with(
        Protocol::Http1,
        respond::text("done"),
        &format!("{ADMIN}{ALL}"),
    )
    .await;
    let mut client = RawHttp2::connect(passage.address()).await.unwrap();
    let hosts = [
        "a,b", "u@a", "a/b", "a b", "a:0", "a:99999", "a:b", "a:", "",
    ];
    let paths = [
        "/a%00b",
        "/a%0ab",
        "/a%",
        "/a%2",
        "/a%zz",
        "/..",
        "/a/../../b",
        "/%2e%2e/b",
        "/a%2fb",
        "/a%5cb",
        "/a\\b",
        "/a/..;/b",
        "/a/%252e%252e/b",
        "a",
        "http://a/",
    ];
    let hosts = hosts.map(|host| (get("/", host), format!("host {host:?}")));
    let paths = paths.map(|path| (get(path, "a"), format!("path {path:?}")));
    let mut wrong = Vec::new();
    for (id, (block, name)) in (1..).step_by(2).zip(hosts.into_iter().chain(paths)) {
        client
            .send([Frame::headers(id, block).ending()])
            .await
            .unwrap();
        // Malformed by RFC 9113 and reset, or refused by us; the connection goes on.
        let told = http2(&mut client, id).await;
        if told.status != 400 && (told.status != 0 || told.is_whole) {
            wrong.push(format!("{name}: {told:?}"));
        }
    }
    for (block, status) in [
        (block("GET", "/", &[("expect", "x")]), 417),
        (block("TRACE", "/", &[]), 501),
        (block("get", "/", &[]), 501),
    ] {
        let mut client = RawHttp2::connect(passage.address()).await.unwrap();
        client
            .send([Frame::headers(1, block).ending()])
            .await
            .unwrap();
        assert_eq!(http2(&mut client, 1).await.status, status);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(passage.upstream.requests().is_empty());
    client
        .send([Frame::headers(999, get("/", "a")).ending()])
        .await
        .unwrap();
    assert_eq!(http2(&mut client, 999).await.body, "done");
    assert_eq!(
        value(&passage.gateway, &refused("request/path-nul")).await,
        1
    );
}

#[tokio::test]
async fn lengths_are_one_length_over_http2_too() {
    for upstream in PROTOCOLS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        for fields in [
            &[("content-length", "2"), ("content-length", "2")][..],
            &[("content-length", "2"), ("content-length", "3")],
            &[("content-length", "2, 2")],
            &[("content-length", "+2")],
            &[("content-length", "x")],
            &[("transfer-encoding", "chunked")],
            &[("content-length", "2"), ("transfer-encoding", "chunked")],
        ] {
            let mut client = RawHttp2::connect(passage.address()).await.unwrap();
            let head = Frame::headers(1, block("POST", "/", fields));
            client
                .send([head, Frame::data(1, "hi").ending()])
                .await
                .unwrap();
            let told = http2(&mut client, 1).await;
            let is_refused =
                told.status == 400 || told.status == 501 || told.status == 0 && !told.is_whole;
            assert!(is_refused, "{fields:?}: {told:?}");
        }
        assert!(
            passage.upstream.requests().is_empty(),
            "{upstream:?}: {:?}",
            passage.upstream.requests()
        );
    }
}

#[tokio::test]
async fn a_method_passes_where_a_route_names_it() {
    let rest = format!(
        "[[routes]]\nname = \"dav\"\nmatch = {{ path = \"/dav\", methods = [\"PROPFIND\"] }}\nupstream = \"main\"\n{ALL}"
    );
    for (client, upstream) in WAYS {
        let passage = Passage::with(upstream, respond::text("done"), &rest).await;
        let address = passage.address();
        assert_eq!(
            ask(client, address, "PROPFIND", "/dav", &[], "").await.body,
            "done"
        );
        assert_eq!(passage.seen().method, "PROPFIND");
        for method in ["REPORT", "TRACE", "propfind"] {
            assert_eq!(
                ask(client, address, method, "/dav", &[], "").await.status,
                501,
                "{method}"
            );
        }
        assert_eq!(passage.upstream.requests().len(), 1);
    }
}

#[tokio::test]
async fn fields_with_underscores_are_dropped_and_counted() {
    for (client, upstream) in WAYS {
        let passage =
            Passage::with(upstream, respond::text("done"), &format!("{ADMIN}{ALL}")).await;
        let fields = [
            ("x_user", "root"),
            ("x-user", "me"),
            ("content_length", "5"),
        ];
        assert_eq!(
            ask(client, passage.address(), "GET", "/", &fields, "")
                .await
                .body,
            "done"
        );
        let seen = passage.seen().headers;
        assert_eq!(seen["x-user"], "me");
        assert!(
            seen.keys().all(|name| !name.as_str().contains('_')),
            "{seen:?}"
        );
        let dropped = "portcullis_listener_dropped_fields_total{listener=\"public\"}";
        becomes(&passage.gateway, dropped, 2).await;
    }
}

#[tokio::test]
async fn crumbs_of_cookies_are_one_field() {
    for (client, upstream) in WAYS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let crumbs = [
            ("cookie", "a=1"),
            ("x", "y"),
            ("cookie", "b=2"),
            ("cookie", "c=3; d=4"),
        ];
        assert_eq!(
            ask(client, passage.address(), "GET", "/", &crumbs, "")
                .await
                .body,
            "done"
        );
        let seen = passage.seen().headers;
        let cookies: Vec<_> = seen.get_all("cookie").iter().collect();
        assert_eq!(cookies, ["a=1; b=2; c=3; d=4"], "{client:?} {upstream:?}");
    }
}

#[tokio::test]
async fn matchers_layers_and_upstreams_see_one_path() {
    let rest = "[layers.tell]\ntype = \"headers\"\nrequest = { set = { x-path = { cel = \"request.path\" } } }\n\
                [[routes]]\nname = \"shut\"\nmatch = { path = { prefix = \"/admin\" } }\nrespond = { status = 403 }\n\
                [[routes]]\nname = \"open\"\nmatch = { path = { prefix = \"/\" } }\nlayers = [\"tell\"]\nupstream = \"main\"\n";
    for (client, upstream) in WAYS {
        let passage = Passage::with(upstream, respond::text("done"), rest).await;
        let address = passage.address();
        for (path, seen) in [
            ("/a/./b", "/a/b"),
            ("/x/../a//b", "/a/b"),
            ("/%61/%2e%2E/a/b?q=//", "/a/b"),
            ("/a;x/b", "/a;x/b"),
        ] {
            assert_eq!(
                ask(client, address, "GET", path, &[], "").await.body,
                "done",
                "{path}"
            );
            let request = passage.seen();
            assert_eq!(
                (
                    request.uri.path(),
                    request.headers["x-path"].to_str().unwrap()
                ),
                (seen, seen)
            );
        }
        for path in ["//admin", "/%61dmin", "/x/%2e%2e/admin/y", "/./admin"] {
            assert_eq!(
                ask(client, address, "GET", path, &[], "").await.status,
                403,
                "{path}"
            );
        }
        assert_eq!(passage.upstream.requests().len(), 4);
    }
}

/// h2 cuts it off before anybody sees it: no 400, but nobody reads the path in two ways either.
#[tokio::test]
async fn a_fragment_over_http2_reaches_nobody() {
    for upstream in PROTOCOLS {
        let passage = Passage::to(upstream, respond::text("done")).await;
        let mut client = RawHttp2::connect(passage.address()).await.unwrap();
        let head = Frame::headers(1, get("/a#/../b?c", "a")).ending();
        client.send([head]).await.unwrap();
        let told = http2(&mut client, 1).await;
        assert!(matches!(told.status, 200 | 400), "{told:?}");
        for seen in passage.upstream.requests() {
            assert_eq!(seen.uri.path_and_query().unwrap(), "/a");
        }
    }
}

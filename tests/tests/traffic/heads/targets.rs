//! Heads that ask for what nobody may be asked for.

use super::probe::Connection::{Closed, Usable};
use super::refusal::check;

#[tokio::test]
async fn the_host_is_one_host() {
    check(&[
        ("GET / HTTP/1.1\nX: 1", 400, Usable),
        ("GET / HTTP/1.1\nHost: a\nHost: b", 400, Usable),
        ("GET / HTTP/1.1\nHost: a\nHost: a", 400, Usable),
        ("GET / HTTP/1.1\nHost:", 400, Usable),
        ("GET / HTTP/1.1\nHost: a,b", 400, Usable),
        ("GET / HTTP/1.1\nHost: u@a", 400, Usable),
        ("GET / HTTP/1.1\nHost: a/b", 400, Usable),
        ("GET / HTTP/1.1\nHost: a b", 400, Usable),
        ("GET / HTTP/1.1\nHost: a:0", 400, Usable),
        ("GET / HTTP/1.1\nHost: a:99999", 400, Usable),
        ("GET / HTTP/1.1\nHost: a:b", 400, Usable),
        ("GET / HTTP/1.1\nHost: a:", 400, Usable),
        ("GET http://b/ HTTP/1.1\nHost: a", 400, Usable),
        ("GET http://a:81/ HTTP/1.1\nHost: a", 400, Usable),
        ("GET http://u@a/ HTTP/1.1\nHost: a", 400, Usable),
        ("GET http://a/ HTTP/1.1\nX: 1", 400, Usable),
    ])
    .await;
}

#[tokio::test]
async fn methods_that_no_route_names_and_targets_of_another_form() {
    check(&[
        ("CONNECT a:443 HTTP/1.1\nHost: a:443", 501, Usable),
        ("TRACE / HTTP/1.1\nHost: a", 501, Usable),
        ("get / HTTP/1.1\nHost: a", 501, Usable),
        ("PROPFIND / HTTP/1.1\nHost: a", 501, Usable),
        ("GET * HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a#b HTTP/1.1\nHost: a", 400, Closed),
        ("GET a HTTP/1.1\nHost: a", 400, Usable),
        ("GET a:443 HTTP/1.1\nHost: a:443", 400, Usable),
    ])
    .await;
}

#[tokio::test]
async fn paths_with_two_readings() {
    check(&[
        ("GET /a%00b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a%0ab HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a%7fb HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a% HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a%2 HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a%zz HTTP/1.1\nHost: a", 400, Usable),
        ("GET /.. HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a/../../b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /%2e%2e/b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a//../b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a%2fb HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a%5Cb HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a\\b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a/..;/b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /a/%252e%252e/b HTTP/1.1\nHost: a", 400, Usable),
        ("GET /%c0%af HTTP/1.1\nHost: a", 400, Usable),
    ])
    .await;
}

#[tokio::test]
async fn expectations_that_cannot_be_met() {
    check(&[
        (
            "POST / HTTP/1.1\nHost: a\nContent-Length: 0\nExpect: 200-ok",
            417,
            Usable,
        ),
        (
            "GET / HTTP/1.1\nHost: a\nExpect: 100-continue, x",
            417,
            Usable,
        ),
    ])
    .await;
}

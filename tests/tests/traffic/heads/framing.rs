//! Heads after which it is in doubt where the message ends, or that are too large to be read.

use super::probe::Connection::{Closed, Usable};
use super::refusal::check;

#[tokio::test]
async fn framing_in_doubt_closes_the_connection() {
    check(&[
        (
            "POST / HTTP/1.1\nHost: a\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0",
            400,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 5\n\n0",
            400,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nContent-Length: 0\nContent-Length: 0",
            400,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip",
            501,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked",
            501,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, identity\n\n0",
            501,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nContent-Length: 0\nContent-Length: 5",
            400,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nContent-Length: 0, 0",
            400,
            Closed,
        ),
        ("POST / HTTP/1.1\nHost: a\nContent-Length: +0", 400, Closed),
        ("POST / HTTP/1.1\nHost: a\nContent-Length: 0x0", 400, Closed),
        ("POST / HTTP/1.1\nHost: a\nContent-Length: -1", 400, Closed),
        ("POST / HTTP/1.1\nHost: a\nContent-Length:", 400, Closed),
        (
            "POST / HTTP/1.1\nHost: a\nContent-Length: 99999999999999999999",
            400,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip, chunked\n\n0",
            501,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, chunked\n\n0",
            501,
            Closed,
        ),
        (
            "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0",
            501,
            Closed,
        ),
        (
            "POST / HTTP/1.0\nHost: a\nTransfer-Encoding: chunked\n\n0",
            501,
            Closed,
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_no_http_closes_the_connection() {
    check(&[
        ("GET / HTTP/1.1\nHost: a\nX : 1", 400, Closed),
        ("GET / HTTP/1.1\nHost: a\n folded", 400, Closed),
        ("GET / HTTP/1.1\nHost: a\nX: a\0b", 400, Closed),
        ("GET / HTTP/1.1\nHost: a\nno colon", 400, Closed),
        ("GET / HTTP/3.0\nHost: a", 505, Closed),
        ("GET  / HTTP/1.1\nHost: a", 400, Closed),
        ("GET /a b HTTP/1.1\nHost: a", 400, Closed),
        ("G\u{e9}T / HTTP/1.1\nHost: a", 400, Closed),
        ("GET /\0 HTTP/1.1\nHost: a", 400, Closed),
    ])
    .await;
}

#[tokio::test]
async fn heads_that_are_too_large() {
    let target = format!("GET /{} HTTP/1.1\nHost: a", "x".repeat(8192));
    let long = format!("GET /{} HTTP/1.1\nHost: a", "x".repeat(65_000));
    let fields = format!("GET / HTTP/1.1\nHost: a{}", "\nX: 1".repeat(100));
    let head = format!("GET / HTTP/1.1\nHost: a\nX: {}", "x".repeat(64 << 10));
    check(&[
        (&target, 414, Usable),
        (&long, 414, Usable),
        (&fields, 431, Closed),
        (&head, 431, Closed),
    ])
    .await;
}

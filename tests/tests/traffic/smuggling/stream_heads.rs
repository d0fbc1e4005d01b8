//! Heads and trailers of HTTP/2 of another form than usual.

use super::streams::Stream;

/// Heads with a target of another form, without one, or with two.
fn targets() -> Vec<Stream> {
    let mut all: Vec<Stream> = [
        "",
        "one",
        "*",
        "a:80",
        "http://a/one",
        "http://b/one",
        "//one",
        "/one#/smuggled",
        "/one?x y",
    ]
    .into_iter()
    .map(|path| {
        let fields = [
            (":method", "GET"),
            (":scheme", "http"),
            (":path", path),
            (":authority", "a"),
        ];
        Stream::head(&format!("the path {path:?}"), &fields)
    })
    .collect();
    for (name, fields) in [
        (
            "no path",
            &[(":method", "GET"), (":scheme", "http"), (":authority", "a")][..],
        ),
        (
            "no method",
            &[(":scheme", "http"), (":path", "/one"), (":authority", "a")],
        ),
        (
            "no scheme",
            &[(":method", "GET"), (":path", "/one"), (":authority", "a")],
        ),
        (
            "no host",
            &[(":method", "GET"), (":scheme", "http"), (":path", "/one")],
        ),
        (
            "an empty host",
            &[
                (":method", "GET"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", ""),
            ],
        ),
        (
            "a pseudo-field behind others",
            &[
                (":method", "GET"),
                ("x", "y"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", "a"),
            ],
        ),
        (
            "a lower-case method",
            &[
                (":method", "get"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", "a"),
            ],
        ),
        ("CONNECT", &[(":method", "CONNECT"), (":authority", "a:80")]),
        (
            "CONNECT with a path",
            &[
                (":method", "CONNECT"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", "a"),
            ],
        ),
        (
            "TRACE",
            &[
                (":method", "TRACE"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", "a"),
            ],
        ),
        (
            "OPTIONS of everything",
            &[
                (":method", "OPTIONS"),
                (":scheme", "http"),
                (":path", "*"),
                (":authority", "a"),
            ],
        ),
        (
            "a user in the host",
            &[
                (":method", "GET"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", "u@a"),
            ],
        ),
    ] {
        all.push(Stream::head(name, fields));
    }
    all
}

/// Trailers that belong into a head, or break it.
fn trailers() -> Vec<Stream> {
    let declared = [("trailer", "x, content-length, transfer-encoding, host")];
    [
        &[("content-length", "99")][..],
        &[("transfer-encoding", "chunked")],
        &[("host", "b")],
        &[("x", "y\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n")],
        &[("x\r\ny", "z")],
        &[(":path", "/smuggled")],
        &[("X", "y")],
    ]
    .into_iter()
    .map(|trailers| {
        let name = format!("the trailers {trailers:?}");
        Stream::post(&name, &declared, &["hi"]).ending(trailers)
    })
    .collect()
}

/// The hostile requests of this kind.
pub(super) fn hostile() -> Vec<Stream> {
    let mut all = targets();
    all.extend(trailers());
    all
}

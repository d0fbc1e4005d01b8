//! Chunked bodies whose chunks end where you look for it.

use super::corpus::{Hostile, SMUGGLED, chunked};

/// The hostile requests of this kind.
pub(super) fn hostile() -> Vec<Hostile> {
    let length = SMUGGLED.len();
    let sizes = [
        "0x5",
        "+5",
        "-5",
        " 5",
        "5 ",
        "5\t",
        "05",
        "5_0",
        "5,0",
        "5.0",
        "\u{0665}",
        "g",
        "",
        "5;\n",
        "5;x\n",
        "5;x\r",
        "5;x=\"\r\n\"",
        "5;\0",
        "100000005",
        "10000000000000005",
        "ffffffffffffffff",
        "5 0",
    ];
    let mut all: Vec<Hostile> = sizes
        .iter()
        .map(|size| {
            (
                "an odd size",
                chunked(&format!("{size}\r\nhello\r\n0\r\n\r\n")),
            )
        })
        .collect();
    let ends = [
        (
            "the end of a chunk is a bare line feed",
            format!("5\r\nhello\n0\r\n\r\n{SMUGGLED}"),
        ),
        (
            "the end of a size is a bare line feed",
            format!("5\nhello\r\n0\r\n\r\n{SMUGGLED}"),
        ),
        (
            "the end of a size is a bare carriage return",
            format!("5\rhello\r\n0\r\n\r\n{SMUGGLED}"),
        ),
        (
            "a chunk that is longer than its size",
            format!("5\r\nhello, you\r\n0\r\n\r\n{SMUGGLED}"),
        ),
        (
            "two other bytes behind a chunk",
            format!("5\r\nhelloXX0\r\n\r\n{SMUGGLED}"),
        ),
        (
            "an extension that ends at a line feed",
            format!("5;\n{SMUGGLED}\r\n0\r\n\r\n"),
        ),
        (
            "an extension that holds a request",
            format!("2;x\nxx\r\n{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n"),
        ),
        (
            "a last chunk that ends at a line feed",
            format!("0\n\r\n{SMUGGLED}"),
        ),
        (
            "trailers that end at a line feed",
            format!("0\r\n\n{SMUGGLED}"),
        ),
        (
            "trailers that are framing",
            format!("0\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ),
        (
            "trailers that hold a request",
            format!("0\r\nX: y\r\n {SMUGGLED}"),
        ),
        (
            "a trailer without a colon",
            "0\r\nnonsense\r\n\r\n".to_owned(),
        ),
        (
            "a request in a chunk",
            format!("{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n"),
        ),
        ("an end that never comes", "5\r\nhello\r\n0\r\n".to_owned()),
        ("a chunk that never ends", format!("ff\r\n{SMUGGLED}")),
        (
            "a size of many digits",
            format!("{}5\r\nhello\r\n0\r\n\r\n", "0".repeat(100)),
        ),
        (
            "a size with a long extension",
            format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(20_000)),
        ),
    ];
    all.extend(ends.map(|(name, body)| (name, chunked(&body))));
    let old = chunked(&format!("0\r\n\r\n{SMUGGLED}"))
        .replace("HTTP/1.1\r\nHost: a\r\nT", "HTTP/1.0\r\nHost: a\r\nT");
    all.push(("chunks in HTTP/1.0", old));
    all
}

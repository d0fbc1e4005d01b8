//! What is sent.

/// One hostile request: what is wrong with it, and its bytes. Who takes `GET /smuggled` in it for a request of
/// its own has been tricked.
pub(super) type Hostile = (&'static str, String);

/// The request that is hidden in others.
pub(super) const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// A POST with these fields, each line with its `\r\n`, and this body.
pub(super) fn post(fields: &str, body: &str) -> String {
    format!("POST /one HTTP/1.1\r\nHost: a\r\n{fields}\r\n{body}")
}

/// A chunked POST with this after its head.
pub(super) fn chunked(body: &str) -> String {
    post("Transfer-Encoding: chunked\r\n", body)
}

/// All of it.
pub(super) fn corpus() -> Vec<Hostile> {
    [
        super::body_framing::hostile(),
        super::chunks::hostile(),
        super::heads::hostile(),
    ]
    .concat()
}

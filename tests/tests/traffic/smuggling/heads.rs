//! Heads that end, or begin, where you look for it.

use super::corpus::{Hostile, SMUGGLED};

/// The hostile requests of this kind.
pub(super) fn hostile() -> Vec<Hostile> {
    let length = SMUGGLED.len();
    [
        ("a body of GET", format!("GET /one HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{SMUGGLED}")),
        ("a body of HEAD", format!("HEAD /one HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{SMUGGLED}")),
        ("a body of DELETE", format!("DELETE /one HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{SMUGGLED}")),
        ("a body of OPTIONS", format!("OPTIONS /one HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{SMUGGLED}")),
        ("a chunked body of GET", format!("GET /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n")),
        ("a lower-case method", "get /one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a head that ends at bare line feeds", format!("POST /one HTTP/1.1\nHost: a\nContent-Length: {length}\n\n{SMUGGLED}")),
        ("a blank line of line feeds within", format!("POST /one HTTP/1.1\r\nHost: a\r\nX: y\n\nContent-Length: {length}\r\n\r\n{SMUGGLED}")),
        ("a value with a bare carriage return", "GET /one HTTP/1.1\r\nHost: a\r\nX: y\rContent-Length: 99\r\n\r\n".to_owned()),
        ("a value with a NUL", "GET /one HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n".to_owned()),
        ("a name with a space", "GET /one HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n".to_owned()),
        ("a name with a NUL", "GET /one HTTP/1.1\r\nHost: a\r\nX\0Y: z\r\n\r\n".to_owned()),
        ("no name", "GET /one HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n".to_owned()),
        ("a folded field", format!("GET /one HTTP/1.1\r\nHost: a\r\nX: y\r\n {SMUGGLED}")),
        ("a request line with two spaces", "GET  /one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a request line with a tab", "GET\t/one\tHTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a target with a space", "GET /one HTTP/1.1 /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a target with an encoded line break", "GET /one%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0aGET%20/smuggled HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a target with a line feed", "GET /one\nX: HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a fragment", "GET /one#/smuggled HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("an absolute target of another host", "GET http://b/one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("an absolute target with a user", "GET http://u@a/one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("two hosts", "GET /one HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned()),
        ("a host with a space before its colon", "GET /one HTTP/1.1\r\nHost : a\r\n\r\n".to_owned()),
        ("a host with a path", "GET /one HTTP/1.1\r\nHost: a/smuggled\r\n\r\n".to_owned()),
        ("no version", "GET /one\r\n\r\n".to_owned()),
        ("a version of later", "GET /one HTTP/1.2\r\nHost: a\r\n\r\n".to_owned()),
        ("another version", "GET /one HTTP/2.0\r\nHost: a\r\n\r\n".to_owned()),
        ("a version of more digits", "GET /one HTTP/01.1\r\nHost: a\r\n\r\n".to_owned()),
        ("empty lines before", "\r\n\r\nGET /one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("bytes before", "\0GET /one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n".to_owned()),
        ("TRACE", "TRACE /one HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
        ("a method override", "GET /one HTTP/1.1\r\nHost: a\r\nX-HTTP-Method-Override: DELETE\r\n\r\n".to_owned()),
        ("half a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n".to_owned()),
        ("keep-alive of an old client", format!("POST /one HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n{SMUGGLED}").replace("\r\n\r\nGET", "\r\nContent-Length: 0\r\nContent-Length: 9\r\n\r\nGET")),
    ]
    .into()
}

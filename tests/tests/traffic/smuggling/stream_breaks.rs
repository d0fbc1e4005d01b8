//! Line breaks where no line is: names, values, targets, methods and hosts of HTTP/2 may hold any byte.

use super::corpus::SMUGGLED;
use super::streams::{Fields, Stream};

/// Bytes that end a line, a name or a value for somebody.
const BREAKS: [&str; 8] = ["\r\n", "\n", "\r", "\0", " ", "\t", "\x0b", "\r\n\r\n"];

/// Line breaks and spaces wherever a client can put text.
pub(super) fn hostile() -> Vec<Stream> {
    let mut all = Vec::new();
    for text in BREAKS {
        let length = SMUGGLED.len().to_string();
        let value = format!("y{text}Transfer-Encoding: chunked{text}Z: z");
        let request = format!("y{text}{SMUGGLED}");
        let name = format!("x{text}transfer-encoding");
        let target = format!("/one{text}HTTP/1.1{text}X: y");
        let method = format!("GET{text}/smuggled{text}HTTP/1.1");
        let host = format!("a{text}X: y");
        let behind = format!("y{text}");
        let sent = |name, fields: Fields<'_>| {
            Stream::post(
                &format!("{name} with {text:?}"),
                fields,
                &["0\r\n\r\n", SMUGGLED],
            )
        };
        all.extend([
            sent("a value", &[("x", value.as_str())]),
            sent("a value with a request", &[("x", request.as_str())]),
            sent("a value that ends", &[("x", behind.as_str())]),
            sent("a name", &[(name.as_str(), "chunked")]),
            sent("a cookie", &[("cookie", value.as_str()), ("cookie", "b=1")]),
            sent(
                "a length",
                &[("content-length", &format!("{length}{text}"))],
            ),
            sent(
                "an expectation",
                &[("expect", &format!("100-continue{text}X: y"))],
            ),
        ]);
        for (name, pseudo) in [
            ("a path", (":path", target.as_str())),
            ("a method", (":method", method.as_str())),
            ("a host", (":authority", host.as_str())),
            ("a scheme", (":scheme", &format!("http{text}"))),
        ] {
            let mut fields = [
                (":method", "GET"),
                (":scheme", "http"),
                (":path", "/one"),
                (":authority", "a"),
            ];
            if let Some(field) = fields.iter_mut().find(|field| field.0 == pseudo.0) {
                *field = pseudo;
            }
            all.push(Stream::head(&format!("{name} with {text:?}"), &fields));
        }
    }
    all
}

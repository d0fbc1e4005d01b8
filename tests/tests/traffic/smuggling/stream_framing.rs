//! Fields of HTTP/2 that mean something in HTTP/1.1.

use super::corpus::SMUGGLED;
use super::streams::Stream;

/// Fields that say something about the end of the body, or the connection.
pub(super) fn hostile() -> Vec<Stream> {
    let body = ["0\r\n\r\n", SMUGGLED];
    let length = (body[0].len() + SMUGGLED.len()).to_string();
    let length = length.as_str();
    [
        &[("transfer-encoding", "chunked")][..],
        &[("Transfer-Encoding", "chunked")],
        &[("transfer_encoding", "chunked")],
        &[("transfer-encoding ", "chunked")],
        &[("transfer-encoding:", "chunked")],
        &[("transfer-encoding", "identity")],
        &[("transfer-encoding", "chunked"), ("content-length", length)],
        &[("content-length", length)],
        &[("content-length", "0")],
        &[("content-length", "5")],
        &[("content-length", "9999")],
        &[("content-length", length), ("content-length", length)],
        &[("content-length", "5"), ("content-length", length)],
        &[("content-length", "5, 5")],
        &[("content-length", "+5")],
        &[("content-length", "0x5")],
        &[("content-length", "")],
        &[("content-length", "18446744073709551616")],
        &[("content_length", "5"), ("content-length", length)],
        &[("Content-Length", "5")],
        &[("connection", "close")],
        &[("connection", "content-length"), ("content-length", length)],
        &[("Connection", "transfer-encoding")],
        &[("keep-alive", "timeout=5")],
        &[("proxy-connection", "keep-alive")],
        &[("upgrade", "h2c"), ("http2-settings", "AAMAAABk")],
        &[("te", "chunked")],
        &[("te", "trailers, chunked")],
        &[("expect", "100-continue")],
        &[("trailer", "transfer-encoding")],
        &[("host", "a")],
        &[("host", "b")],
        &[("host", "a"), ("host", "b")],
        &[("", "chunked")],
        &[(":", "x")],
        &[("x y", "z")],
        &[(":path", "/smuggled")],
        &[(":method", "GET")],
        &[(":authority", "b")],
        &[(":status", "200")],
        &[(":protocol", "websocket")],
        &[(":unknown", "x")],
        &[("x", "y"), (":path", "/smuggled")],
    ]
    .into_iter()
    .map(|fields| Stream::post(&format!("{fields:?}"), fields, &body))
    .collect()
}

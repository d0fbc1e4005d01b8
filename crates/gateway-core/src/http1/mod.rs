//! HTTP/1.1 as bytes (RFC 9112): pure functions between buffers and messages, for both sides of the gateway.

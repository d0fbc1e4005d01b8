//! Requests that say much about a file.

/// A request: method, URL, header fields, body.
pub(super) type Sample = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

const KEY: &str = "x-api-key: demo-key";

/// Requests for `agreement.toml`.
#[rustfmt::skip]
pub(super) const SAMPLES: [Sample; 34] = [
    ("GET", "http://api.example.com/v1/orders/1", &[KEY], ""),
    ("GET", "http://api.example.com/v1/orders/1", &[], ""),
    ("GET", "http://api.example.com/v1/orders/1", &["x-api-key: wrong"], ""),
    ("GET", "http://API.example.com./v1//orders/%31?q=%2F&r", &[KEY], ""),
    ("POST", "http://api.example.com/v1/orders/1", &[KEY, "content-length: 7"], "payload"),
    ("DELETE", "http://api.example.com/v1/orders/1", &[KEY], ""),
    ("GET", "http://other.example.com/v1/orders/1", &[KEY], ""),
    ("GET", "http://api.example.com/v1/orders/..%2f", &[KEY], ""),
    ("GET", "http://api.example.com/v1/orders/a/../b/./c", &[KEY], ""),
    ("GET", "http://api.example.com/users/me/files/a%20b", &[], ""),
    ("PUT", "http://api.example.com/users/me/files/a?x=1", &["content-length: 1"], "x"),
    ("GET", "http://api.example.com/users/me", &[], ""),
    ("GET", "http://api.example.com/fixed/x", &[], ""),
    ("GET", "http://api.example.com/own/x", &["x-api-key: k"], ""),
    ("GET", "http://a.tenants.example.com/x", &[], ""),
    ("GET", "http://b.tenants.example.com:81/x?y", &[], ""),
    ("GET", "http://a.b.tenants.example.com/x", &[], ""),
    ("GET", "http://any.example/old/a/b?c", &[], ""),
    ("GET", "http://any.example/ping", &[], ""),
    ("HEAD", "http://any.example/echo", &[], ""),
    ("GET", "http://any.example/echo", &["cookie: a=1", "cookie: b=2"], ""),
    ("GET", "http://any.example/echo", &["connection: x-secret", "x-secret: 1", "x-kept: 1"], ""),
    ("GET", "http://any.example/echo", &["x-forwarded-for: 192.0.2.1", "forwarded: for=x", "x-real-ip: y"], ""),
    ("GET", "http://any.example/echo", &["te: trailers"], ""),
    ("GET", "http://any.example/echo", &["x_user: root", "x-user: me"], ""),
    ("GET", "http://any.example/echo", &["x-debug: 1", "x-one: 1", "x-one: 2"], ""),
    ("GET", "http://any.example/echo", &["x-beta: yes"], ""),
    ("GET", "http://any.example/echo?beta=1", &[], ""),
    ("POST", "http://any.example/echo", &["expect: 100-continue", "content-length: 1"], "x"),
    ("POST", "http://any.example/echo", &["expect: else", "content-length: 1"], "x"),
    ("POST", "http://any.example/echo", &["transfer-encoding: chunked"], "x"),
    ("POST", "http://any.example/echo", &["content-type: application/grpc"], "x"),
    ("POST", "http://any.example/echo", &[], ""),
    ("OPTIONS", "http://any.example/echo", &[], ""),
];

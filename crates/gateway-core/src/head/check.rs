//! All checks of a request's head, in their order.

use http::request::Parts;

use super::Present;
use super::{Authority, HeadError, HeadLimits, HopByHop, Methods};
use super::{cookies, field_names, framing, hop_by_hop, host, target, websocket};
use crate::facts::Upgrade;
use crate::path::{EncodedSlash, canonicalize_uri};

/// What a listener demands of the heads it reads. The default is the strictest.
#[derive(Clone, Debug, Default)]
pub struct HeadPolicy {
    /// How much a head may hold.
    pub limits: HeadLimits,
    /// Which methods are served.
    pub methods: Methods,
    /// What becomes of `%2F` in a path.
    pub encoded_slash: EncodedSlash,
    /// Whether fields with `_` in their name are passed on; by default they are dropped and counted.
    pub keep_underscores: bool,
}

/// What was found in a head that passed.
#[derive(Clone, Debug)]
pub struct CheckedHead {
    /// The host and port it is addressed to; absent only where an HTTP/1.0 client named none.
    pub authority: Option<Authority>,
    /// What the stripped hop-by-hop fields said.
    pub hop_by_hop: HopByHop,
    /// The protocol it asks to switch to, in a well-formed handshake.
    pub upgrade: Option<Upgrade>,
    /// How many lines were dropped because of `_` in their name.
    pub dropped_fields: usize,
}

/// Checks the head of a request and brings it into the one form that everybody after it sees: the target in
/// origin form with a canonical path (`*` and the authority of CONNECT stay), the canonical host in `Host`,
/// one `Cookie`, no hop-by-hop fields. Costs no allocation where it finds nothing to change.
///
/// ```
/// use gateway_core::head::{HeadPolicy, check_request};
/// use http::Request;
///
/// let request = Request::get("/v1//%61/../b?q").header("host", "API.example.com").body(())?;
/// let mut parts = request.into_parts().0;
/// check_request(&mut parts, &HeadPolicy::default())?;
/// assert_eq!(parts.uri, "/v1/b?q");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first thing that is wrong with the head; `parts` may have been changed by then.
pub fn check_request(parts: &mut Parts, policy: &HeadPolicy) -> Result<CheckedHead, HeadError> {
    // What is cheap and bounds the rest comes first.
    policy.limits.check(parts)?;
    // Framing next: until it is known to be sound, the connection may not be used again.
    let present = Present::of(&parts.headers);
    if present.any(Present::FRAMING) {
        framing::check(&parts.headers)?;
    }
    if present.any(Present::EXPECT) {
        framing::check_expect(&parts.headers)?;
    }
    policy.methods.check(&parts.method)?;
    target::check(parts)?;
    // Needs scheme and authority of the target, which the target then loses.
    let authority = host::resolve(parts)?;
    if let Some(uri) = canonicalize_uri(&parts.uri, policy.encoded_slash)? {
        parts.uri = uri;
    }
    target::reduce_to_origin_form(&mut parts.uri);
    // Before any field of ours is written, lest a client name it in `Connection`.
    let hop_by_hop = if present.any(Present::HOP_BY_HOP) {
        hop_by_hop::strip(&mut parts.headers)
    } else {
        HopByHop::default()
    };
    let upgrade = websocket::check(parts, &hop_by_hop)?;
    let dropped_fields = if present.any(Present::UNDERSCORE) && !policy.keep_underscores {
        field_names::drop_underscored(&mut parts.headers)
    } else {
        0
    };
    if present.any(Present::COOKIE) {
        cookies::join(&mut parts.headers);
    }
    if let Some(authority) = &authority {
        host::write(&mut parts.headers, authority);
    }
    Ok(CheckedHead {
        authority,
        hop_by_hop,
        upgrade,
        dropped_fields,
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method, Request, StatusCode, Version};

    use super::*;
    use crate::path::PathError;

    fn parts(version: Version, target: &str, lines: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().version(version).uri(target);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn check(parts: &mut Parts) -> Result<CheckedHead, HeadError> {
        check_request(parts, &HeadPolicy::default())
    }

    #[test]
    fn http_1_and_http_2_come_out_alike() {
        let mut one = parts(
            Version::HTTP_11,
            "/a//b?q",
            &[
                ("host", "A.example."),
                ("connection", "close, x-secret"),
                ("x-secret", "1"),
                ("x_user", "root"),
                ("cookie", "a=1; b=2"),
            ],
        );
        let mut two = parts(
            Version::HTTP_2,
            "https://a.example/a/b?q",
            &[("cookie", "a=1"), ("cookie", "b=2")],
        );
        let checked = check(&mut one).unwrap();
        assert_eq!(checked.dropped_fields, 1);
        assert_eq!(checked.authority.unwrap().host(), "a.example");
        check(&mut two).unwrap();
        assert_eq!(one.uri, two.uri);
        assert_eq!(one.headers, two.headers);
        assert_eq!(one.headers["host"], "a.example");
        assert_eq!(one.headers.len(), 2);
    }

    #[test]
    fn a_clean_head_stays_as_it_is() {
        let lines = [("host", "a.example:8080"), ("accept", "*/*"), ("te-x", "1")];
        let mut clean = parts(Version::HTTP_11, "/a/b?q", &lines);
        let before = clean.headers.clone();
        let checked = check(&mut clean).unwrap();
        assert_eq!(clean.headers, before);
        assert_eq!(clean.uri, "/a/b?q");
        assert_eq!(checked.hop_by_hop, HopByHop::default());
    }

    #[test]
    fn each_check_is_in_place() {
        let host = ("host", "a");
        let long = format!("/{}", "x".repeat(8192));
        for (target, lines, error) in [
            ("/", &[][..], HeadError::HostMissing),
            ("/", &[host, host], HeadError::HostRepeated),
            ("/", &[("host", "a,b")], HeadError::HostInvalid),
            ("http://b/", &[host], HeadError::HostMismatch),
            ("*", &[host], HeadError::TargetForm),
            (&long, &[host], HeadError::TargetTooLong),
            ("/..", &[host], HeadError::Path(PathError::AboveRoot)),
            ("/", &[host, ("expect", "x")], HeadError::Expectation),
            (
                "/",
                &[
                    host,
                    ("content-length", "1"),
                    ("transfer-encoding", "chunked"),
                ],
                HeadError::FramingConflict,
            ),
            (
                "/",
                &[host, ("connection", "upgrade"), ("upgrade", "websocket")],
                HeadError::WebSocketVersion,
            ),
            (
                "/",
                &[host, ("transfer-encoding", "gzip, chunked")],
                HeadError::TransferEncoding,
            ),
        ] {
            let result = check(&mut parts(Version::HTTP_11, target, lines));
            assert_eq!(result.unwrap_err(), error, "{target} {lines:?}");
        }
        let many = vec![("x", "1"); 101];
        let result = check(&mut parts(Version::HTTP_11, "/", &many));
        let error = result.unwrap_err();
        assert_eq!(error.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        let mut trace = parts(Version::HTTP_11, "/", &[host]);
        trace.method = Method::TRACE;
        assert_eq!(check(&mut trace).unwrap_err(), HeadError::Method);
    }

    #[test]
    fn connection_cannot_strip_the_host() {
        let lines = [("host", "a"), ("connection", "host")];
        let mut head = parts(Version::HTTP_11, "/", &lines);
        check(&mut head).unwrap();
        assert_eq!(
            head.headers.get("host"),
            Some(&HeaderValue::from_static("a"))
        );
    }

    #[test]
    fn options_and_connect_keep_their_targets() {
        let mut options = parts(Version::HTTP_11, "*", &[("host", "a")]);
        options.method = Method::OPTIONS;
        check(&mut options).unwrap();
        assert_eq!(options.uri, "*");

        let mut connect = parts(Version::HTTP_11, "a:443", &[("host", "a:443")]);
        connect.method = Method::CONNECT;
        assert_eq!(check(&mut connect).unwrap_err(), HeadError::Method);
        let policy = HeadPolicy {
            methods: Methods::from_iter([Method::CONNECT]),
            ..HeadPolicy::default()
        };
        check_request(&mut connect, &policy).unwrap();
        assert_eq!(connect.uri, "a:443");
    }
}

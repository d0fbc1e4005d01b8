//! What becomes of a request's head before its route is looked for.

use gateway_core::contract::FactFlow;
use gateway_core::facts::{ClientAddr, Scheme};
use gateway_core::head::{
    Authority, Forwarding, HeadError, HeadPolicy, TrustedProxies, check_request,
};
use gateway_core::rejection::Rejection;
use http::request::Parts;
use http::{HeaderValue, header};

/// The facts that every request has once it is admitted, before its route is known.
pub(crate) fn facts() -> FactFlow {
    FactFlow::new()
        .provides::<ClientAddr>()
        .provides::<Scheme>()
        .provides::<Authority>()
}

/// Brings the head of a request into the one form that everybody after it sees, and leaves in it the facts of
/// where it comes from and goes to ([`facts`]).
///
/// # Errors
/// The refusal of a head that does not conform to `policy`, or names no host.
pub(crate) fn admit(
    parts: &mut Parts,
    policy: &HeadPolicy,
    forwarding: &Forwarding,
    trusted: &TrustedProxies,
) -> Result<Admitted, Rejection> {
    // 1. The head is checked, its path made canonical, hop-by-hop fields are stripped.
    let head = check_request(parts, policy)?;
    let authority = head.authority.ok_or(HeadError::HostMissing)?;
    // 2. The client's address and scheme are facts, not what a header claims.
    let origin = forwarding.rewrite(&mut parts.headers, Some(&authority), trusted);
    // 3. Upstreams are told again who reads trailers: gRPC does not do without.
    if head.hop_by_hop.accepts_trailers {
        let trailers = HeaderValue::from_static("trailers");
        parts.headers.insert(header::TE, trailers);
    }
    parts.extensions.insert(origin.client);
    parts.extensions.insert(origin.scheme);
    parts.extensions.insert(authority.clone());
    // 4. What asked for a WebSocket on the wire is gone from the head, the fact stays.
    if let Some(upgrade) = head.upgrade {
        parts.extensions.insert(upgrade);
    }
    Ok(Admitted {
        authority,
        dropped_fields: head.dropped_fields,
    })
}

/// What admitting a request found out.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    /// The host and port that the request is addressed to.
    pub(crate) authority: Authority,
    /// How many fields were dropped because of `_` in their name.
    pub(crate) dropped_fields: usize,
}

#[cfg(test)]
mod tests {
    use gateway_core::facts::Upgrade;
    use http::Request;

    use super::*;

    fn admit_from(client: &str, parts: &mut Parts) -> Result<Admitted, Rejection> {
        let nobody = TrustedProxies::default();
        let forwarding = Forwarding::new(client.parse().unwrap(), Scheme::Http, &nobody);
        admit(parts, &HeadPolicy::default(), &forwarding, &nobody)
    }

    #[test]
    fn facts_come_from_the_connection_and_fields_from_the_facts() {
        let request = Request::get("/a/../b")
            .header("host", "A.example:80")
            .header("x-forwarded-for", "192.0.2.9")
            .header("te", "trailers, gzip")
            .header("connection", "te, x-forwarded-proto");
        let mut parts = request.body(()).unwrap().into_parts().0;
        let authority = admit_from("192.0.2.1", &mut parts).unwrap().authority;
        assert_eq!(authority.as_header_value(), "a.example:80");
        assert_eq!(parts.uri, "/b");
        let expected = [
            ("host", "a.example:80"),
            ("te", "trailers"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-host", "a.example:80"),
            ("x-forwarded-proto", "http"),
        ];
        assert_eq!(parts.headers.len(), expected.len());
        for (name, value) in expected {
            assert_eq!(parts.headers[name], value);
        }
        let facts = &parts.extensions;
        let client = facts.get::<ClientAddr>().unwrap();
        assert_eq!(client.ip().to_string(), "192.0.2.1");
        assert_eq!(facts.get::<Scheme>(), Some(&Scheme::Http));
        assert_eq!(facts.get::<Authority>(), Some(&authority));
    }

    #[test]
    fn a_handshake_becomes_a_fact_and_another_upgrade_nothing() {
        for (protocol, upgrade) in [("websocket", Some(Upgrade::WebSocket)), ("h2c", None)] {
            let request = Request::get("/")
                .header("host", "a")
                .header("connection", "upgrade, http2-settings")
                .header("upgrade", protocol)
                .header("sec-websocket-version", "13")
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
            let mut parts = request.body(()).unwrap().into_parts().0;
            admit_from("192.0.2.1", &mut parts).unwrap();
            assert_eq!(parts.extensions.get(), upgrade.as_ref());
            assert!(!parts.headers.contains_key("upgrade"));
            assert!(!parts.headers.contains_key("connection"));
        }
    }

    #[test]
    fn a_host_is_needed_in_http_1_0_too() {
        let request = Request::get("/").version(http::Version::HTTP_10);
        let mut parts = request.body(()).unwrap().into_parts().0;
        let rejection = admit_from("192.0.2.1", &mut parts).unwrap_err();
        assert_eq!(rejection.code().as_str(), "request/host-missing");
    }
}

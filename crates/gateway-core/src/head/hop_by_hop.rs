//! Fields that concern one connection alone (RFC 9110, section 7.6.1).

use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TE, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{claims, field_names};

/// What the stripped fields said that somebody may still want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HopByHop {
    /// Whether `TE: trailers` was there: the sender reads trailers. gRPC servers want to be told so again.
    pub accepts_trailers: bool,
    /// The protocol in `Upgrade`, where `Connection` lists it as it must.
    pub upgrade: Option<HeaderValue>,
}

/// Whether a field concerns one connection alone, whatever `Connection` says.
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    // Asked for every field of every message; literals compare as integers.
    matches!(
        name.as_str(),
        "connection"
            | "http2-settings"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authentication-info"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Strips the standard hop-by-hop fields and those that any `Connection` line names, from a request or a
/// response. It runs before our own fields are added, so that no client can strip what we add.
///
/// A `Connection` line cannot strip what the sender may not call its own: `Host`, `Content-Length` and the
/// fields that trusted proxies speak through.
///
/// ```
/// use gateway_core::head::hop_by_hop;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("connection", HeaderValue::from_static("keep-alive, X-Debug"));
/// headers.insert("x-debug", HeaderValue::from_static("1"));
/// headers.insert("te", HeaderValue::from_static("trailers"));
/// assert!(hop_by_hop::strip(&mut headers).accepts_trailers);
/// assert!(headers.is_empty());
/// ```
pub fn strip(headers: &mut HeaderMap) -> HopByHop {
    if !headers.keys().any(is_hop_by_hop) {
        return HopByHop::default();
    }
    let mut named = Vec::new();
    let mut upgrades = false;
    for token in tokens(headers, &CONNECTION) {
        if token.eq_ignore_ascii_case(b"upgrade") {
            upgrades = true;
        } else if !is_well_known(token)
            && let Ok(name) = HeaderName::from_bytes(token)
            && !is_protected(&name)
        {
            named.push(name);
        }
    }
    let stripped = HopByHop {
        accepts_trailers: tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case(b"trailers")),
        upgrade: headers.get(UPGRADE).filter(|_| upgrades).cloned(),
    };
    field_names::remove_where(headers, is_hop_by_hop);
    for name in named {
        headers.remove(name);
    }
    stripped
}

/// The elements of a field that holds a comma-separated list, over all its lines.
pub(crate) fn tokens<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&b| b == b','))
        .map(<[u8]>::trim_ascii)
}

/// The usual connection options, which name no field, or one that is stripped in any case. Others name
/// fields of the sender's own.
fn is_well_known(token: &[u8]) -> bool {
    let usual: [&[u8]; 4] = [b"keep-alive", b"close", b"te", b""];
    usual.iter().any(|usual| token.eq_ignore_ascii_case(usual))
}

fn is_protected(name: &HeaderName) -> bool {
    *name == HOST || *name == CONTENT_LENGTH || claims::is_claim(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::testing::headers;

    #[test]
    fn every_connection_line_counts() {
        let mut map = headers(&[
            ("connection", "close , x-a,, X-B"),
            ("connection", "x-c"),
            ("connection", "not a name, \"x\""),
            ("x-a", "1"),
            ("x-a", "2"),
            ("x-b", "1"),
            ("x-c", "1"),
            ("x-d", "1"),
        ]);
        assert_eq!(strip(&mut map), HopByHop::default());
        assert_eq!(map, headers(&[("x-d", "1")]));
    }

    #[test]
    fn standard_fields_go_without_being_named() {
        let mut map = HeaderMap::new();
        for name in [
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade",
        ] {
            map.insert(name, HeaderValue::from_static("x"));
        }
        map.insert("trailer", HeaderValue::from_static("x"));
        strip(&mut map);
        assert_eq!(map, headers(&[("trailer", "x")]));
    }

    #[test]
    fn some_fields_cannot_be_named() {
        let kept = [
            ("host", "h"),
            ("content-length", "1"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-real-ip", "10.0.0.1"),
        ];
        let mut map = headers(&kept);
        let connection = "host, content-length, x-forwarded-for, X-Real-IP";
        map.insert(CONNECTION, HeaderValue::from_static(connection));
        strip(&mut map);
        assert_eq!(map, headers(&kept));
    }

    #[test]
    fn an_upgrade_counts_where_connection_lists_it() {
        let mut map = headers(&[("connection", "Upgrade"), ("upgrade", "websocket")]);
        let upgrade = strip(&mut map).upgrade;
        assert_eq!(upgrade, Some(HeaderValue::from_static("websocket")));
        assert!(map.is_empty());
        let mut map = headers(&[("upgrade", "h2c")]);
        assert_eq!(strip(&mut map).upgrade, None);
        assert!(map.is_empty());
    }

    #[test]
    fn trailers_are_accepted_only_where_te_says_so() {
        for (te, accepts) in [
            ("trailers", true),
            ("gzip, Trailers", true),
            ("gzip", false),
        ] {
            let mut map = headers(&[("te", te)]);
            assert_eq!(strip(&mut map).accepts_trailers, accepts, "{te}");
        }
    }
}

//! Fields that concern one connection alone (RFC 9110, section 7.6.1).

use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TE, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName};

use super::{claims, named};
use crate::facts::Upgrade;

/// What the stripped fields said that somebody may still want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HopByHop {
    /// Whether `TE: trailers` was there: the sender reads trailers. gRPC servers want to be told so again.
    pub accepts_trailers: bool,
    /// The first protocol in `Upgrade` that could be granted, where `Connection` lists the field as it must. Others
    /// (such as `h2c`) may be ignored, and are (RFC 9110, section 7.8).
    pub upgrade: Option<Upgrade>,
    /// Whether there was a `Transfer-Encoding`: a body follows.
    pub chunked: bool,
}

/// How many fields concern one connection alone.
const STANDARD_FIELDS: usize = 10;

/// The fields that concern one connection alone, whatever `Connection` says.
static STANDARD: [HeaderName; STANDARD_FIELDS] = [
    CONNECTION,
    TE,
    UPGRADE,
    TRANSFER_ENCODING,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authentication-info"),
    HeaderName::from_static("proxy-authorization"),
    HeaderName::from_static("proxy-connection"),
];

/// The place of a field in [`STANDARD`]. Asked for every field of every message; literals compare as integers.
fn place(name: &HeaderName) -> Option<usize> {
    Some(match name.as_str() {
        "connection" => 0,
        "te" => 1,
        "upgrade" => 2,
        "transfer-encoding" => 3,
        "http2-settings" => 4,
        "keep-alive" => 5,
        "proxy-authenticate" => 6,
        "proxy-authentication-info" => 7,
        "proxy-authorization" => 8,
        "proxy-connection" => 9,
        _ => return None,
    })
}

/// Whether a field concerns one connection alone, whatever `Connection` says.
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    place(name).is_some()
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
    let places = headers.keys().filter_map(place);
    let found = places.fold([false; STANDARD_FIELDS], |mut found, place| {
        found[place] = true;
        found
    });
    let [connection, te, upgrade, chunked, ..] = found;
    if found == [false; STANDARD_FIELDS] {
        return HopByHop::default();
    }
    let mut named = Vec::new();
    let mut upgrades = false;
    for token in connection
        .then(|| tokens(headers, &CONNECTION))
        .into_iter()
        .flatten()
    {
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
        accepts_trailers: te
            && tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case(b"trailers")),
        upgrade: (upgrades && upgrade && offers_websocket(headers)).then_some(Upgrade::WebSocket),
        chunked,
    };
    for (name, _) in STANDARD.iter().zip(found).filter(|(_, found)| *found) {
        headers.remove(name);
    }
    for name in named {
        headers.remove(name);
    }
    stripped
}

fn offers_websocket(headers: &HeaderMap) -> bool {
    tokens(headers, &UPGRADE).any(|token| token.eq_ignore_ascii_case(b"websocket"))
}

/// The elements of a field that holds a comma-separated list, over all its lines.
pub fn tokens<'a>(headers: &'a HeaderMap, name: &'a HeaderName) -> impl Iterator<Item = &'a [u8]> {
    let lines = named::has(headers, name).then(|| headers.get_all(name));
    lines
        .into_iter()
        .flatten()
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
    use http::HeaderValue;

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
        let listed = ("connection", "keep-alive, Upgrade");
        let websocket = ("upgrade", "WebSocket");
        for (lines, counts) in [
            (&[listed, websocket][..], true),
            (&[listed, ("upgrade", "h2c, websocket")], true),
            (&[listed, ("upgrade", "h2c"), websocket], true),
            (&[websocket], false),
            (&[("connection", "close"), websocket], false),
            (&[listed, ("upgrade", "h2c")], false),
            (&[listed, ("upgrade", "websocket/14")], false),
            (&[listed], false),
        ] {
            let mut map = headers(lines);
            let upgrade = strip(&mut map).upgrade;
            assert_eq!(upgrade, counts.then_some(Upgrade::WebSocket), "{lines:?}");
            assert!(map.is_empty());
        }
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

//! Who the client is, through the proxies before us, and what the upstream is told about it.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Authority, TrustedProxies, claims, field_names};
use crate::facts::{ClientAddr, Scheme};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// What one connection tells about every request on it. Made once per connection.
///
/// ```
/// use gateway_core::facts::Scheme;
/// use gateway_core::head::{Forwarding, TrustedProxies};
/// use http::{HeaderMap, HeaderValue};
///
/// let trusted = TrustedProxies::from_iter(["10.0.0.0/8".parse()?]);
/// let proxy = Forwarding::new("10.0.0.7".parse()?, Scheme::Http, &trusted);
/// let mut headers = HeaderMap::new();
/// headers.insert("x-forwarded-for", HeaderValue::from_static("forged, 192.0.2.9"));
/// headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
///
/// let origin = proxy.rewrite(&mut headers, None, &trusted);
/// assert_eq!(origin.client.ip().to_string(), "192.0.2.9");
/// assert_eq!(origin.scheme, Scheme::Https);
/// assert_eq!(headers["x-forwarded-for"], "forged, 192.0.2.9, 10.0.0.7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Forwarding {
    peer: IpAddr,
    peer_value: HeaderValue,
    scheme: Scheme,
    is_trusted: bool,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub client: ClientAddr,
    /// The scheme the client used, which a trusted proxy may have ended TLS for.
    pub scheme: Scheme,
}

impl Forwarding {
    /// A connection from `peer` under `scheme`.
    pub fn new(peer: IpAddr, scheme: Scheme, trusted: &TrustedProxies) -> Self {
        let peer = peer.to_canonical();
        Self {
            peer,
            // The text of an address is a valid value.
            peer_value: HeaderValue::try_from(peer.to_string())
                .unwrap_or(HeaderValue::from_static("unknown")),
            scheme,
            is_trusted: trusted.contains(peer),
        }
    }

    /// Finds out where a request comes from and sets `X-Forwarded-For`, `-Proto` and `-Host` for the upstream.
    ///
    /// From a trusted peer the fields are believed and `X-Forwarded-For` is continued; the client is the first
    /// address from the right that is not a trusted proxy. From anybody else all `X-Forwarded-*` fields,
    /// `Forwarded` and `X-Real-IP` are replaced. Spelled with `_` they are removed in any case.
    pub fn rewrite(
        &self,
        headers: &mut HeaderMap,
        authority: Option<&Authority>,
        trusted: &TrustedProxies,
    ) -> Origin {
        let origin = if self.is_trusted {
            field_names::remove_where(headers, claims::is_disguised_claim);
            self.believe(headers, trusted)
        } else {
            field_names::remove_where(headers, claims::is_claim);
            headers.insert(FOR, self.peer_value.clone());
            Origin {
                client: ClientAddr::new(self.peer),
                scheme: self.scheme,
            }
        };
        headers.insert(PROTO, HeaderValue::from_static(origin.scheme.as_str()));
        if let Some(authority) = authority
            && !(self.is_trusted && headers.contains_key(HOST))
        {
            headers.insert(HOST, authority.as_header_value().clone());
        }
        origin
    }

    fn believe(&self, headers: &mut HeaderMap, trusted: &TrustedProxies) -> Origin {
        let client = self.client(headers, trusted);
        let scheme = last(headers, &PROTO)
            .and_then(scheme)
            .unwrap_or(self.scheme);
        let mut chain = Vec::new();
        for line in headers.get_all(FOR) {
            chain.extend_from_slice(line.as_bytes());
            chain.extend_from_slice(b", ");
        }
        chain.extend_from_slice(self.peer_value.as_bytes());
        let chain = HeaderValue::try_from(chain).unwrap_or_else(|_| self.peer_value.clone());
        headers.insert(FOR, chain);
        Origin {
            client: ClientAddr::new(client),
            scheme,
        }
    }

    /// The first address from the right that is not a trusted proxy. An entry that is no address ends the
    /// walk: nothing to the left of it can be relied on.
    fn client(&self, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
        let mut client = self.peer;
        for entry in entries(headers, &FOR) {
            if !trusted.contains(client) {
                break;
            }
            match address(entry) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

/// The entries of a list over all its lines, from the right.
fn entries<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(name)
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|&b| b == b','))
        .map(<[u8]>::trim_ascii)
}

fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    entries(headers, name).next()
}

fn scheme(text: &[u8]) -> Option<Scheme> {
    if text.eq_ignore_ascii_case(b"https") {
        Some(Scheme::Https)
    } else if text.eq_ignore_ascii_case(b"http") {
        Some(Scheme::Http)
    } else {
        None
    }
}

/// An address, which some proxies write with a port, and an IPv6 address in brackets.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> TrustedProxies {
        ["10.0.0.0/8", "2001:db8::/32"]
            .map(|network| network.parse().unwrap())
            .into_iter()
            .collect()
    }

    fn rewrite(peer: &str, lines: &[(&'static str, &'static str)]) -> (Origin, HeaderMap) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let forwarding = Forwarding::new(peer.parse().unwrap(), Scheme::Http, &trusted());
        let authority = Authority::parse(&HeaderValue::from_static("us.example")).unwrap();
        let origin = forwarding.rewrite(&mut headers, Some(&authority), &trusted());
        (origin, headers)
    }

    fn client(peer: &str, chain: &'static str) -> String {
        let (origin, _) = rewrite(peer, &[("x-forwarded-for", chain)]);
        origin.client.ip().to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        let (origin, headers) = rewrite(
            "192.0.2.1",
            &[
                ("x-forwarded-for", "127.0.0.1"),
                ("x-forwarded-proto", "https"),
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-port", "1"),
                ("x-forwarded-prefix", "/x"),
                ("forwarded", "for=127.0.0.1"),
                ("x-real-ip", "127.0.0.1"),
                ("accept", "*/*"),
            ],
        );
        assert_eq!(origin.client.ip().to_string(), "192.0.2.1");
        assert_eq!(origin.scheme, Scheme::Http);
        assert_eq!(headers.len(), 4);
        assert_eq!(headers["x-forwarded-for"], "192.0.2.1");
        assert_eq!(headers["x-forwarded-proto"], "http");
        assert_eq!(headers["x-forwarded-host"], "us.example");
    }

    #[test]
    fn an_underscore_disguises_nothing() {
        for peer in ["192.0.2.1", "10.0.0.1"] {
            let (_, headers) = rewrite(
                peer,
                &[
                    ("x_forwarded_for", "127.0.0.1"),
                    ("x-forwarded_proto", "https"),
                    ("x_real_ip", "127.0.0.1"),
                    ("x_request_id", "1"),
                ],
            );
            let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
            names.sort_unstable();
            let expected = [
                "x-forwarded-for",
                "x-forwarded-host",
                "x-forwarded-proto",
                "x_request_id",
            ];
            assert_eq!(names, expected, "{peer}");
        }
    }

    #[test]
    fn trusted_proxies_are_continued() {
        let (origin, headers) = rewrite(
            "10.0.0.1",
            &[
                ("x-forwarded-for", "198.51.100.1"),
                ("x-forwarded-for", "192.0.2.7, 10.0.0.2"),
                ("x-forwarded-proto", "https"),
                ("x-forwarded-host", "front.example"),
                ("forwarded", "for=192.0.2.7"),
            ],
        );
        assert_eq!(origin.client.ip().to_string(), "192.0.2.7");
        assert_eq!(origin.scheme, Scheme::Https);
        let chain = "198.51.100.1, 192.0.2.7, 10.0.0.2, 10.0.0.1";
        assert_eq!(headers["x-forwarded-for"], chain);
        assert_eq!(headers["x-forwarded-proto"], "https");
        assert_eq!(headers["x-forwarded-host"], "front.example");
        assert!(headers.contains_key("forwarded"));
    }

    #[test]
    fn the_client_is_counted_from_the_right() {
        assert_eq!(client("10.0.0.1", ""), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "1.1.1.1, 2.2.2.2"), "2.2.2.2");
        assert_eq!(client("10.0.0.1", "1.1.1.1, 10.0.0.3,10.0.0.2"), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
        assert_eq!(client("10.0.0.1", "2001:db8::1"), "2001:db8::1");
        assert_eq!(client("2001:db8::5", "192.0.2.3:4711"), "192.0.2.3");
        assert_eq!(client("10.0.0.1", "[2001:db9::1]:80"), "2001:db9::1");
        assert_eq!(client("10.0.0.1", "[2001:db9::1]"), "2001:db9::1");
        assert_eq!(client("::ffff:10.0.0.1", "::ffff:192.0.2.4"), "192.0.2.4");
    }

    #[test]
    fn a_malformed_entry_ends_the_walk() {
        assert_eq!(client("10.0.0.1", "1.1.1.1, unknown"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "1.1.1.1, , 10.0.0.2"), "10.0.0.2");
        assert_eq!(client("10.0.0.1", "1.1.1.1, 999.1.1.1"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "1.1.1.1, \"_x\", 10.0.0.9"), "10.0.0.9");
    }

    #[test]
    fn an_unknown_scheme_is_not_taken_over() {
        let (origin, headers) = rewrite("10.0.0.1", &[("x-forwarded-proto", "https, gopher")]);
        assert_eq!(origin.scheme, Scheme::Http);
        assert_eq!(headers["x-forwarded-proto"], "http");
    }
}

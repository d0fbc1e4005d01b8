//! What proxies say of a client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use gateway_core::facts::Scheme;
use gateway_core::head::{Forwarding, TrustedProxies};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Fields of an untrusted peer change nothing, and whoever trusts us sees the client that we saw.
///
/// The first four bytes are the peer's address; lines follow, `name: value` each.
///
/// # Panics
/// Where that is not so.
pub fn forwarded(data: &[u8]) {
    let Some((peer, lines)) = data.split_first_chunk::<4>() else {
        return;
    };
    let peer = IpAddr::from(*peer);
    let networks = ["10.0.0.0/8", "fd00::/8"].map(str::parse);
    let trusted: TrustedProxies = networks.into_iter().filter_map(Result::ok).collect();
    let mut headers = fields(lines);
    let sent = headers.clone();
    let origin =
        Forwarding::new(peer, Scheme::Http, &trusted).rewrite(&mut headers, None, &trusted);
    let client = origin.client.ip();

    assert_eq!(headers.get_all("x-forwarded-for").iter().count(), 1);
    assert!(
        !headers
            .keys()
            .any(|name| name.as_str().starts_with("x_forwarded_"))
    );
    if trusted.contains(peer) {
        assert_eq!(client, named_client(peer, &sent, &trusted));
    } else {
        assert_eq!((client, origin.scheme), (peer, Scheme::Http));
        assert_eq!(headers["x-forwarded-for"], peer.to_string());
        assert!(!headers.contains_key("forwarded") && !headers.contains_key("x-real-ip"));
    }

    for gateway in [
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)),
    ] {
        let next = Forwarding::new(gateway, Scheme::Http, &trusted);
        let seen = next.rewrite(&mut headers.clone(), None, &trusted);
        assert_eq!((seen.client.ip(), seen.scheme), (client, origin.scheme));
    }
}

/// The first address from the right that is not trusted, as one would write it down without the gateway.
fn named_client(peer: IpAddr, sent: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let lines: Vec<_> = sent
        .get_all("x-forwarded-for")
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    let chain = lines.join(&b',');
    let mut client = peer;
    for entry in chain.rsplit(|&byte| byte == b',') {
        let text = String::from_utf8_lossy(entry.trim_ascii()).into_owned();
        let bare = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let address = bare.unwrap_or(&text).parse::<IpAddr>().ok();
        let address = address.or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()));
        match address {
            Some(address) if trusted.contains(client) => client = address,
            _ => break,
        }
    }
    client.to_canonical()
}

fn fields(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|&byte| byte == b'\n').take(100) {
        let mut halves = line.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(value)) = (halves.next(), halves.next()) else {
            continue;
        };
        let value = HeaderValue::from_bytes(value.trim_ascii());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), value) {
            headers.append(name, value);
        }
    }
    headers
}

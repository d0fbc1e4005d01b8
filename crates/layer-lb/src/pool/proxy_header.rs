//! The header that tells an endpoint the address of the client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::config::ProxyProtocol;

/// What version 2 begins with (section 2.2 of the specification).
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// Version 2; for a connection of our own, and one on behalf of a client.
const LOCAL: u8 = 0x20;
const PROXY: u8 = 0x21;
/// TCP over IPv4 and IPv6.
const TCP4: u8 = 0x11;
const TCP6: u8 = 0x21;

/// The header that says that what follows on a connection to `destination` comes from `source`, by HAProxy's PROXY
/// protocol, or from nobody but us.
///
/// Both addresses are of one family, that of the client: it is what the endpoint wants to know. Where the
/// endpoint's is of the other, or it has none, it is shown as unspecified.
pub(super) fn header(
    version: ProxyProtocol,
    source: Option<SocketAddr>,
    destination: Option<SocketAddr>,
) -> Vec<u8> {
    let pair = source.map(|source| (source, of_family(source.ip(), destination)));
    match version {
        ProxyProtocol::V1 => version_1(pair),
        ProxyProtocol::V2 => version_2(pair),
    }
}

fn of_family(source: IpAddr, destination: Option<SocketAddr>) -> SocketAddr {
    let unspecified = match source {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    match destination {
        Some(destination) if destination.is_ipv4() == source.is_ipv4() => destination,
        Some(destination) => SocketAddr::new(unspecified, destination.port()),
        None => SocketAddr::new(unspecified, 0),
    }
}

fn version_1(pair: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let Some((source, destination)) = pair else {
        return b"PROXY UNKNOWN\r\n".to_vec();
    };
    let family = if source.is_ipv4() { "TCP4" } else { "TCP6" };
    let (from, to) = (source.ip(), destination.ip());
    let (from_port, to_port) = (source.port(), destination.port());
    format!("PROXY {family} {from} {to} {from_port} {to_port}\r\n").into_bytes()
}

fn version_2(pair: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let mut header = SIGNATURE.to_vec();
    let Some((source, destination)) = pair else {
        header.extend_from_slice(&[LOCAL, 0, 0, 0]);
        return header;
    };
    let family = if source.is_ipv4() { TCP4 } else { TCP6 };
    let length: u16 = if source.is_ipv4() { 12 } else { 36 };
    header.extend_from_slice(&[PROXY, family]);
    header.extend_from_slice(&length.to_be_bytes());
    for address in [source.ip(), destination.ip()] {
        match address {
            IpAddr::V4(address) => header.extend_from_slice(&address.octets()),
            IpAddr::V6(address) => header.extend_from_slice(&address.octets()),
        }
    }
    header.extend_from_slice(&source.port().to_be_bytes());
    header.extend_from_slice(&destination.port().to_be_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(source: &str, destination: &str) -> String {
        let addresses = [source, destination].map(|address| address.parse().ok());
        String::from_utf8(header(ProxyProtocol::V1, addresses[0], addresses[1])).unwrap()
    }

    #[test]
    fn the_lines_of_the_specification() {
        // Section 2.1: the worst cases, and the example of a request.
        assert_eq!(
            line("255.255.255.255:65535", "255.255.255.255:65535"),
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"
        );
        let worst = "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535";
        let shown = line(worst, worst);
        assert_eq!(
            shown,
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff \
             ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"
        );
        assert_eq!(shown.len(), 104);
        assert_eq!(
            line("192.168.0.1:56324", "192.168.0.11:443"),
            "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"
        );
        assert_eq!(line("", "192.168.0.11:443"), "PROXY UNKNOWN\r\n");
    }

    #[test]
    fn an_address_of_the_other_family_is_not_shown() {
        assert_eq!(
            line("192.0.2.1:0", "[::1]:443"),
            "PROXY TCP4 192.0.2.1 0.0.0.0 0 443\r\n"
        );
        assert_eq!(
            line("[2001:db8::1]:0", "10.0.0.5:80"),
            "PROXY TCP6 2001:db8::1 :: 0 80\r\n"
        );
        assert_eq!(
            line("192.0.2.1:0", ""),
            "PROXY TCP4 192.0.2.1 0.0.0.0 0 0\r\n"
        );
    }

    #[test]
    fn the_bytes_of_the_specification() {
        let source = "192.168.0.1:56324".parse().ok();
        let destination = "192.168.0.11:443".parse().ok();
        assert_eq!(
            header(ProxyProtocol::V2, source, destination),
            b"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x11\x00\x0c\
              \xc0\xa8\x00\x01\xc0\xa8\x00\x0b\xdc\x04\x01\xbb"
        );
        let source = "[2001:db8::1]:1".parse().ok();
        let six = header(ProxyProtocol::V2, source, "[::1]:2".parse().ok());
        assert_eq!(&six[12..16], b"\x21\x21\x00\x24");
        assert_eq!(six.len(), 16 + 36);
        assert_eq!(&six[16..20], b"\x20\x01\x0d\xb8");
        assert_eq!(&six[48..], b"\0\x01\0\x02");
        assert_eq!(
            header(ProxyProtocol::V2, None, destination),
            b"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x20\x00\x00\x00"
        );
    }
}

//! Where an endpoint listens.

use std::fmt;
use std::net::Ipv6Addr;

use gateway_core::config::{Diagnosis, Text};

use crate::pool::Address;

const SCHEME: &str = "http://";

/// Where an endpoint listens: `http://`, a host, and a port unless it is 80.
///
/// ```
/// use layer_lb::EndpointUrl;
///
/// let url: EndpointUrl = "http://Orders.internal:9000".parse().unwrap();
/// assert_eq!(url.authority(), "orders.internal:9000");
/// assert!("https://orders.internal".parse::<EndpointUrl>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointUrl {
    authority: Box<str>,
    address: Address,
}

impl EndpointUrl {
    /// Host and port; an IPv6 address stands in brackets.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What to connect to.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    fn parse(host: &str, port: &str, offset: usize) -> Result<Self, Diagnosis> {
        let in_brackets = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_host = match in_brackets {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => is_name(host),
        };
        if !is_host {
            return Err(Diagnosis::new("this is not a host name or address")
                .help("write it as \"http://10.0.0.5:9000\" or \"http://[::1]:9000\"")
                .within(offset, host.len()));
        }
        let port_number = parse_port(port).ok_or_else(|| {
            Diagnosis::new("this is not a port from 1 to 65535")
                .within(offset + host.len() + 1, port.len())
        })?;
        let authority = format!("{host}:{port_number}").to_ascii_lowercase();
        let name = in_brackets.unwrap_or(host).to_ascii_lowercase();
        Ok(Self {
            authority: authority.into(),
            address: Address::new(&name, port_number),
        })
    }
}

fn is_name(host: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !host.is_empty() && host.bytes().all(is_part)
}

/// A port other than 0, written in digits alone.
fn parse_port(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

impl Text for EndpointUrl {
    const NAME: &'static str = "EndpointUrl";
    const WANTED: &'static str = "the URL of an endpoint such as \"http://10.0.0.5:9000\"";
    const DESCRIPTION: &'static str =
        "Where an endpoint listens: `http://`, a host, and a port unless it is 80. No path.";
    const EXAMPLES: &'static [&'static str] = &["http://10.0.0.5:9000", "http://orders.internal"];
    const PATTERN: Option<&'static str> = Some(r"^[hH][tT][tT][pP]://[^/?#@]+/?$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let has_scheme = |scheme: &str| {
            text.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        if has_scheme("https://") {
            return Err(Diagnosis::new("TLS to endpoints is not supported yet")
                .help("write \"http://\"")
                .within(0, "https://".len()));
        }
        if !has_scheme(SCHEME) {
            return Err(
                Diagnosis::new(format!("expected {}", Self::WANTED)).help(format!(
                    "write \"{SCHEME}{}\"",
                    text.rsplit("//").next().unwrap_or_default()
                )),
            );
        }
        let authority = &text[SCHEME.len()..];
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if let Some(end) = authority.find(['/', '?', '#']) {
            return Err(
                Diagnosis::new("an endpoint is a host and a port, without a path")
                    .help("to change paths, use `rewrite` in the route")
                    .within(SCHEME.len() + end, authority.len() - end),
            );
        }
        if let Some(end) = authority.find('@') {
            return Err(Diagnosis::new("an endpoint's URL holds no credentials")
                .help("set an `authorization` field with a `headers` layer")
                .within(SCHEME.len(), end + 1));
        }
        let after_address = authority.rfind(']').map_or(0, |bracket| bracket + 1);
        let colon = authority[after_address..]
            .find(':')
            .map(|colon| after_address + colon);
        let (host, port) = match colon {
            Some(colon) => (&authority[..colon], &authority[colon + 1..]),
            None => (authority, "80"),
        };
        Self::parse(host, port, SCHEME.len())
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.authority)
    }
}

gateway_core::text_value!(EndpointUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_spellings_become_one() {
        for (text, shown) in [
            ("http://10.0.0.5:9000", "http://10.0.0.5:9000"),
            ("HTTP://Orders.Internal/", "http://orders.internal:80"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("http://[FE80::1]", "http://[fe80::1]:80"),
        ] {
            let url = EndpointUrl::from_text(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(EndpointUrl::from_text(shown), Ok(url));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, message) in [
            ("https://a", "TLS to endpoints is not supported yet"),
            (
                "a:80",
                "expected the URL of an endpoint such as \"http://10.0.0.5:9000\"",
            ),
            (
                "",
                "expected the URL of an endpoint such as \"http://10.0.0.5:9000\"",
            ),
            ("http://", "this is not a host name or address"),
            ("http://a b", "this is not a host name or address"),
            ("http://::1", "this is not a host name or address"),
            ("http://[::1", "this is not a host name or address"),
            ("http://[a]:1", "this is not a host name or address"),
            ("http://[[::1]]", "this is not a host name or address"),
            ("http://[::1]]:1", "this is not a host name or address"),
            ("http://[::1]a:1", "this is not a host name or address"),
            ("http://a]", "this is not a host name or address"),
            ("http://a:0", "this is not a port from 1 to 65535"),
            ("http://a:", "this is not a port from 1 to 65535"),
            ("http://a:+80", "this is not a port from 1 to 65535"),
            ("http://a:65536", "this is not a port from 1 to 65535"),
            (
                "http://a/v1",
                "an endpoint is a host and a port, without a path",
            ),
            (
                "http://a?q",
                "an endpoint is a host and a port, without a path",
            ),
            ("http://u:p@a", "an endpoint's URL holds no credentials"),
        ] {
            let error = EndpointUrl::from_text(text).unwrap_err();
            assert_eq!(error.message(), message, "{text}");
        }
    }
}

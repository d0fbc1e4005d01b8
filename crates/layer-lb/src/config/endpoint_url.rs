//! Where an endpoint listens.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;

use gateway_core::config::{Diagnosis, Text};
use rustls::pki_types::ServerName;

use crate::pool::Address;

/// How the path of a Unix socket is introduced.
const UNIX: &str = "unix:";
/// The longest path of a Unix socket, in bytes (`sun_path` of Linux, less the zero at its end; macOS has 4 less).
const LONGEST_PATH: usize = 107;

/// Where an endpoint listens: `http://` or, with TLS, `https://`, a host, and a port unless it is 80 or 443; or
/// `unix:` and the path of a socket.
///
/// ```
/// use layer_lb::EndpointUrl;
///
/// let url: EndpointUrl = "http://Orders.internal:9000".parse().unwrap();
/// assert_eq!(url.authority(), "orders.internal:9000");
/// let url: EndpointUrl = "https://orders.internal".parse().unwrap();
/// assert_eq!(url.authority(), "orders.internal:443");
/// let url: EndpointUrl = "unix:/run/orders.sock".parse().unwrap();
/// assert_eq!(url.authority(), "localhost");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointUrl {
    authority: Box<str>,
    address: Address,
    /// What its certificate must be for, where it speaks TLS.
    certificate_name: Option<ServerName<'static>>,
}

/// How an endpoint on a host is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// The scheme of `text`, in whatever case.
    fn of(text: &str) -> Option<Self> {
        [Self::Https, Self::Http]
            .into_iter()
            .find(|scheme| begins_with(text, scheme.prefix()))
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    fn port(self) -> &'static str {
        match self {
            Self::Http => "80",
            Self::Https => "443",
        }
    }
}

impl EndpointUrl {
    /// Host and port, for requests that name no host; an IPv6 address stands in brackets. `localhost` for a Unix
    /// socket.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What to call it: host and port, or `unix:` and the path.
    pub(crate) fn name(&self) -> String {
        match &self.address {
            Address::Unix(path) => format!("{UNIX}{}", path.display()),
            Address::Socket(_) | Address::Name(..) => self.authority.to_string(),
        }
    }

    /// Whether it is reached over TCP.
    pub(crate) fn is_tcp(&self) -> bool {
        !matches!(self.address, Address::Unix(_))
    }

    /// What to connect to.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Whether it speaks TLS.
    pub(crate) fn is_tls(&self) -> bool {
        self.certificate_name.is_some()
    }

    /// What its certificate must be for unless the operator says otherwise, where it speaks TLS.
    pub(crate) fn certificate_name(&self) -> Option<&ServerName<'static>> {
        self.certificate_name.as_ref()
    }

    fn parse(scheme: Scheme, host: &str, port: &str) -> Result<Self, Diagnosis> {
        let offset = scheme.prefix().len();
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
        let certificate_name = match scheme {
            Scheme::Http => None,
            Scheme::Https => Some(certificate_name(&name).ok_or_else(|| {
                Diagnosis::new("no certificate can be for such a name").within(offset, host.len())
            })?),
        };
        Ok(Self {
            authority: authority.into(),
            address: Address::new(&name, port_number),
            certificate_name,
        })
    }

    /// The Unix socket at `path`.
    fn unix(path: &str) -> Result<Self, Diagnosis> {
        let wrong = |message: &str| {
            let error = Diagnosis::new(message).within(UNIX.len(), path.len());
            error.help("write it as \"unix:/run/app.sock\"")
        };
        if !path.starts_with('/') || path.starts_with("//") {
            return Err(wrong("the path of a socket begins with one `/`"));
        }
        if path.ends_with('/') || path.contains('\0') {
            return Err(wrong("no socket can be at this path"));
        }
        if path.len() > LONGEST_PATH {
            let message = format!("the path of a socket has at most {LONGEST_PATH} bytes");
            return Err(wrong(&message));
        }
        Ok(Self {
            authority: "localhost".into(),
            address: Address::Unix(Path::new(path).into()),
            certificate_name: None,
        })
    }
}

/// What the certificate of `host`, without brackets, must be for.
fn certificate_name(host: &str) -> Option<ServerName<'static>> {
    match host.parse::<IpAddr>() {
        Ok(address) => Some(address.into()),
        Err(_) => ServerName::try_from(host.to_owned()).ok(),
    }
}

fn begins_with(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(start))
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
    const DESCRIPTION: &'static str = "Where an endpoint listens: `http://` or `https://`, a host, and a port unless it is 80 or 443, without a path; or `unix:` and the path of a socket.";
    const EXAMPLES: &'static [&'static str] = &[
        "http://10.0.0.5:9000",
        "https://orders.internal",
        "unix:/run/app.sock",
    ];
    const PATTERN: Option<&'static str> =
        Some(r"^([hH][tT][tT][pP][sS]?://[^/?#@]+/?|[uU][nN][iI][xX]:/.*[^/])$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if begins_with(text, UNIX) {
            return Self::unix(&text[UNIX.len()..]);
        }
        let Some(scheme) = Scheme::of(text) else {
            return Err(
                Diagnosis::new(format!("expected {}", Self::WANTED)).help(format!(
                    "write \"http://{}\"",
                    text.rsplit("//").next().unwrap_or_default()
                )),
            );
        };
        let start = scheme.prefix().len();
        let authority = &text[start..];
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if let Some(end) = authority.find(['/', '?', '#']) {
            return Err(
                Diagnosis::new("an endpoint is a host and a port, without a path")
                    .help("to change paths, use `rewrite` in the route")
                    .within(start + end, authority.len() - end),
            );
        }
        if let Some(end) = authority.find('@') {
            return Err(Diagnosis::new("an endpoint's URL holds no credentials")
                .help("set an `authorization` field with a `headers` layer")
                .within(start, end + 1));
        }
        let after_address = authority.rfind(']').map_or(0, |bracket| bracket + 1);
        let colon = authority[after_address..]
            .find(':')
            .map(|colon| after_address + colon);
        let (host, port) = match colon {
            Some(colon) => (&authority[..colon], &authority[colon + 1..]),
            None => (authority, scheme.port()),
        };
        Self::parse(scheme, host, port)
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Unix(_) => f.write_str(&self.name()),
            Address::Socket(_) | Address::Name(..) => {
                let scheme = if self.is_tls() {
                    Scheme::Https
                } else {
                    Scheme::Http
                };
                write!(f, "{}{}", scheme.prefix(), self.authority)
            }
        }
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
            ("HTTPS://Orders.Internal", "https://orders.internal:443"),
            ("https://[::1]:9443/", "https://[::1]:9443"),
            ("unix:/run/App.sock", "unix:/run/App.sock"),
            ("UNIX:/run/app.sock", "unix:/run/app.sock"),
        ] {
            let url = EndpointUrl::from_text(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(EndpointUrl::from_text(shown), Ok(url));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, message) in [
            ("https://a..b", "no certificate can be for such a name"),
            ("https://a:0", "this is not a port from 1 to 65535"),
            ("unix:run/app", "the path of a socket begins with one `/`"),
            ("unix://run/app", "the path of a socket begins with one `/`"),
            ("unix:/run/", "no socket can be at this path"),
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

    #[test]
    fn a_path_that_is_too_long_is_refused() {
        let path = format!("unix:/{}", "x".repeat(LONGEST_PATH));
        assert!(EndpointUrl::from_text(&path[..path.len() - 1]).is_ok());
        let error = EndpointUrl::from_text(&path).unwrap_err();
        assert_eq!(
            error.message(),
            "the path of a socket has at most 107 bytes"
        );
    }

    #[test]
    fn the_certificate_must_be_for_the_host() {
        for (text, name) in [
            ("https://Orders.Internal:1", "orders.internal"),
            ("https://10.0.0.5", "10.0.0.5"),
            ("https://[::1]", "::1"),
        ] {
            let url = EndpointUrl::from_text(text).unwrap();
            assert_eq!(url.certificate_name().unwrap().to_str(), name);
        }
        assert!(!EndpointUrl::from_text("http://a").unwrap().is_tls());
    }
}

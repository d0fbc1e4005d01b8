//! A name in DNS, as `discover.dns` has it.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};

/// The longest name, and its longest part (RFC 1035 section 2.3.4).
const LONGEST: (usize, usize) = (253, 63);

/// A name in DNS, and the port of the service unless the records say it.
///
/// ```
/// use layer_lb::DnsName;
///
/// let name: DnsName = "orders.internal:9000".parse().unwrap();
/// assert_eq!((name.name(), name.port()), ("orders.internal", Some(9000)));
/// assert!("http://orders.internal".parse::<DnsName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsName {
    name: Box<str>,
    port: Option<u16>,
}

impl DnsName {
    /// The name in lower case. One that ends in a dot is complete; others may be searched for in the domains of the
    /// system.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port, if it was given.
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

impl Text for DnsName {
    const NAME: &'static str = "DnsName";
    const WANTED: &'static str = "a name in DNS such as \"orders.internal:9000\"";
    const DESCRIPTION: &'static str =
        "A name in DNS and the port of the service; without the port where SRV records say it.";
    const EXAMPLES: &'static [&'static str] =
        &["orders.internal:9000", "_http._tcp.orders.internal"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if let Some(start) = text.find("://") {
            let bare = text[start + 3..].trim_end_matches('/');
            return Err(Diagnosis::new("this is a name in DNS and no URL")
                .help(format!("write \"{bare}\""))
                .within(0, start + 3));
        }
        let (name, port) = match text.split_once(':') {
            None => (text, None),
            Some((name, port)) => {
                let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
                let number = port.parse().ok().filter(|port| is_number && *port != 0);
                let number = number.ok_or_else(|| {
                    Diagnosis::new("this is not a port from 1 to 65535")
                        .within(name.len() + 1, port.len())
                })?;
                (name, Some(number))
            }
        };
        if name.parse::<std::net::IpAddr>().is_ok() {
            return Err(
                Diagnosis::new("this is an address, which nobody needs to look up")
                    .help(format!("write endpoints = [\"http://{text}\"] instead")),
            );
        }
        let is_part = |part: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            (1..=LONGEST.1).contains(&part.len()) && part.bytes().all(is_letter)
        };
        let parts = name.strip_suffix('.').unwrap_or(name);
        if parts.len() > LONGEST.0 || !parts.split('.').all(is_part) {
            return Err(Diagnosis::new(format!("expected {}", Self::WANTED)).within(0, name.len()));
        }
        Ok(Self {
            name: name.to_ascii_lowercase().into(),
            port,
        })
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

gateway_core::text_value!(DnsName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_form() {
        for (text, shown) in [
            ("Orders.Internal:9000", "orders.internal:9000"),
            ("_http._tcp.orders.internal", "_http._tcp.orders.internal"),
            ("orders.:80", "orders.:80"),
        ] {
            let name = DnsName::from_text(text).unwrap();
            assert_eq!(name.to_string(), shown);
            assert_eq!(DnsName::from_text(shown), Ok(name));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = format!("{}.a", "x".repeat(64));
        for (text, message) in [
            ("", "expected a name in DNS such as"),
            ("a..b", "expected a name in DNS such as"),
            ("a b", "expected a name in DNS such as"),
            (&*long, "expected a name in DNS such as"),
            ("a:0", "this is not a port from 1 to 65535"),
            ("a:+1", "this is not a port from 1 to 65535"),
            ("a:", "this is not a port from 1 to 65535"),
            ("http://a:80/", "this is a name in DNS and no URL"),
            ("10.0.0.5:80", "this is an address, which nobody needs"),
        ] {
            let error = DnsName::from_text(text).unwrap_err();
            assert!(error.message().starts_with(message), "{text}: {error}");
        }
    }
}

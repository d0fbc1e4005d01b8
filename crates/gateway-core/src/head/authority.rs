//! The host and port a request is addressed to.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use http::HeaderValue;
use http::header::HOST;
use http::request::Parts;

use super::HeadError;
use crate::facts::Fact;

/// The longest host name in bytes (RFC 1035, section 2.3.4, without the length of the root).
const LONGEST_NAME: usize = 253;

/// The host and port a request is addressed to, in canonical form: lower case, without the dot of a fully
/// qualified name, an IPv6 address as RFC 5952 writes it. Cheap to clone.
///
/// ```
/// use gateway_core::head::Authority;
/// use http::HeaderValue;
///
/// let authority = Authority::parse(&HeaderValue::from_static("API.Example.com.:8443"))?;
/// assert_eq!(authority.host(), "api.example.com");
/// assert_eq!(authority.port(), Some(8443));
/// assert_eq!(authority.as_header_value(), "api.example.com:8443");
/// # Ok::<(), gateway_core::head::HeadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    text: HeaderValue,
    host_length: usize,
    port: Option<u16>,
}

impl Authority {
    /// Reads the value of `Host`, which shares its bytes where it is canonical already.
    ///
    /// # Errors
    /// [`HeadError::HostInvalid`] for anything but one host with at most a port: an empty value, a list, user
    /// information, a path, an empty label, a port of 0, with leading zeros or above 65535.
    pub fn parse(value: &HeaderValue) -> Result<Self, HeadError> {
        if let Some((host_length, port)) = plain_name(value.as_bytes()) {
            return Ok(Self {
                text: value.clone(),
                host_length,
                port,
            });
        }
        let text = value.to_str().map_err(|_| HeadError::HostInvalid)?;
        let host_and_port = HostAndPort::parse(text)?;
        if let Cow::Borrowed(host) = host_and_port.host
            && !text[host.len()..].starts_with('.')
        {
            return Ok(Self {
                text: value.clone(),
                host_length: host.len(),
                port: host_and_port.port,
            });
        }
        host_and_port.to_authority()
    }

    /// The authority of a request: the fact, where the listener left it, else what `Host` or the target says,
    /// as in an axum service of your own.
    pub fn of(parts: &Parts) -> Option<Self> {
        if let Some(authority) = parts.extensions.get::<Self>() {
            return Some(authority.clone());
        }
        match parts.headers.get(HOST) {
            Some(value) => Self::parse(value).ok(),
            None => HostAndPort::read(parts.uri.authority()?.as_str())?
                .to_authority()
                .ok(),
        }
    }

    /// The host: a name, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        // The text is ASCII by construction.
        let text = self.text.to_str().unwrap_or_default();
        text.get(..self.host_length).unwrap_or_default()
    }

    /// The port, where one is named.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Host and port as the value of a `Host` field.
    pub fn as_header_value(&self) -> &HeaderValue {
        &self.text
    }
}

impl Fact for Authority {
    const NAME: &'static str = "authority";
}

/// A canonical host with its port, borrowed from what was parsed where possible.
#[derive(Debug)]
pub(super) struct HostAndPort<'a> {
    pub(super) host: Cow<'a, str>,
    pub(super) port: Option<u16>,
}

impl<'a> HostAndPort<'a> {
    /// Parses `host[:port]`.
    pub(super) fn parse(text: &'a str) -> Result<Self, HeadError> {
        Self::read(text).ok_or(HeadError::HostInvalid)
    }

    fn read(text: &'a str) -> Option<Self> {
        let (host, rest) = if text.starts_with('[') {
            let (literal, rest) = text.split_at(text.find(']')? + 1);
            (canonical_address(literal)?, rest)
        } else {
            let colon = text.bytes().position(|byte| byte == b':');
            let (name, rest) = text.split_at(colon.unwrap_or(text.len()));
            (canonical_name(name)?, rest)
        };
        let port = match rest.strip_prefix(':') {
            Some(digits) => Some(port(digits)?),
            None if rest.is_empty() => None,
            None => return None,
        };
        Some(Self { host, port })
    }

    /// An authority with text of its own.
    pub(super) fn to_authority(&self) -> Result<Authority, HeadError> {
        let text = match self.port {
            Some(port) => HeaderValue::try_from(format!("{}:{port}", self.host)),
            None => HeaderValue::try_from(&*self.host),
        };
        Ok(Authority {
            text: text.map_err(|_| HeadError::HostInvalid)?,
            host_length: self.host.len(),
            port: self.port,
        })
    }
}

/// The length of the name and the port in a `Host` that is canonical already, as nearly all are: in one pass, where
/// the way for all of them takes several. Whatever else stands there goes that way.
fn plain_name(text: &[u8]) -> Option<(usize, Option<u16>)> {
    let mut label = 0;
    let mut length = 0;
    while let Some(byte) = text.get(length) {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => label += 1,
            b'.' if label > 0 => label = 0,
            b':' => break,
            _ => return None,
        }
        length += 1;
    }
    if label == 0 || length > LONGEST_NAME {
        return None;
    }
    let port = match text.get(length + 1..) {
        None => None,
        Some([first @ b'1'..=b'9', digits @ ..]) if digits.len() < 5 => {
            let digit = |sum: u32, digit: &u8| match digit {
                b'0'..=b'9' => Some(sum * 10 + u32::from(digit - b'0')),
                _ => None,
            };
            let port = digits.iter().try_fold(u32::from(first - b'0'), digit)?;
            Some(u16::try_from(port).ok()?)
        }
        Some(_) => return None,
    };
    Some((length, port))
}

fn canonical_name(name: &str) -> Option<Cow<'_, str>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut label = 0;
    let mut has_upper = false;
    for byte in name.bytes() {
        match byte {
            b'.' if label > 0 => label = 0,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => label += 1,
            b'A'..=b'Z' => {
                label += 1;
                has_upper = true;
            }
            _ => return None,
        }
    }
    let is_valid = label > 0 && name.len() <= LONGEST_NAME;
    is_valid.then(|| {
        if has_upper {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        }
    })
}

fn canonical_address(literal: &str) -> Option<Cow<'_, str>> {
    let inner = literal.strip_prefix('[')?.strip_suffix(']')?;
    let canonical = format!("[{}]", inner.parse::<Ipv6Addr>().ok()?);
    Some(if canonical == literal {
        Cow::Borrowed(literal)
    } else {
        Cow::Owned(canonical)
    })
}

fn port(digits: &str) -> Option<u16> {
    let is_plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    is_plain.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Authority, HeadError> {
        Authority::parse(&HeaderValue::from_str(text).unwrap())
    }

    #[test]
    fn equivalent_spellings_become_one() {
        for (text, host, port, value) in [
            ("example.com", "example.com", None, "example.com"),
            ("example.com:80", "example.com", Some(80), "example.com:80"),
            ("Example.COM", "example.com", None, "example.com"),
            ("example.com.", "example.com", None, "example.com"),
            ("example.com.:1", "example.com", Some(1), "example.com:1"),
            ("a_b-c.d", "a_b-c.d", None, "a_b-c.d"),
            ("10.0.0.1:65535", "10.0.0.1", Some(65535), "10.0.0.1:65535"),
            ("[::1]:8080", "[::1]", Some(8080), "[::1]:8080"),
            ("[0:0:0:0:0:0:0:A]", "[::a]", None, "[::a]"),
        ] {
            let authority = parse(text).unwrap();
            assert_eq!(authority.host(), host);
            assert_eq!(authority.port(), port);
            assert_eq!(authority.as_header_value(), value);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let long = "a".repeat(254);
        for text in [
            "",
            ".",
            ":",
            ":80",
            "a,b",
            "a, b",
            "a b",
            "u@h",
            "u:p@h",
            "h/p",
            "h?q",
            "h#f",
            "h:",
            "h:0",
            "h:080",
            "h:+80",
            "h:65536",
            "h:99999999999",
            "h:80:80",
            "h:x",
            "a..b",
            ".a",
            "a..",
            "%61",
            "[::1",
            "[::1]x",
            "[::1]:",
            "[fe80::1%25eth0]",
            "[1.2.3.4]",
            "[]",
            "::1",
            "h\\x",
            "*",
            "*.a",
            &long,
        ] {
            assert_eq!(parse(text), Err(HeadError::HostInvalid), "{text:?}");
        }
        let high = HeaderValue::from_bytes(b"h\xc3\xa9").unwrap();
        assert_eq!(Authority::parse(&high), Err(HeadError::HostInvalid));
    }
}

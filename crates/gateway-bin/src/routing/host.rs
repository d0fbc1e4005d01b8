//! Which hosts a route is for.

use std::fmt;
use std::net::Ipv6Addr;

use gateway_core::config::{Diagnosis, Text};
use gateway_core::head::Authority;
use http::HeaderValue;
use serde::Serialize;

/// Which hosts a route is for, in the canonical form of [`Authority::host`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// This host alone: a name, an IPv4 address, or an IPv6 address in brackets.
    Exact(Box<str>),
    /// Every name of exactly one label before this domain.
    Wildcard(Box<str>),
    /// Every host.
    Any,
}

/// How precisely a pattern names its hosts; the more precise is the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostKind {
    /// One host.
    Exact,
    /// One label before a domain.
    Wildcard,
    /// Every host.
    Any,
}

impl HostPattern {
    /// How precisely the pattern names its hosts.
    pub fn kind(&self) -> HostKind {
        match self {
            Self::Exact(_) => HostKind::Exact,
            Self::Wildcard(_) => HostKind::Wildcard,
            Self::Any => HostKind::Any,
        }
    }

    /// Whether the pattern is for the canonical `host`.
    pub fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exact(wanted) => **wanted == *host,
            Self::Wildcard(domain) => parent_domain(host) == Some(domain),
            Self::Any => true,
        }
    }
}

impl Text for HostPattern {
    const NAME: &'static str = "HostPattern";
    const WANTED: &'static str = "a host such as \"api.example.com\" or \"*.example.com\"";
    const DESCRIPTION: &'static str =
        "A host without port: a name, a name with `*` for its first label, or an IP address.";
    const EXAMPLES: &'static [&'static str] = &["api.example.com", "*.example.com", "10.0.0.1"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if let Some(domain) = text.strip_prefix("*.") {
            return wildcard(text, domain);
        }
        if text == "*" {
            let error = Diagnosis::new("`*` is not a host");
            return Err(error.help("leave `host` out to match every host"));
        }
        let address = text
            .parse::<Ipv6Addr>()
            .map(|address| format!("[{address}]"));
        let authority =
            authority(address.as_deref().unwrap_or(text)).ok_or_else(|| invalid(text))?;
        match authority.port() {
            None => Ok(Self::Exact(authority.host().into())),
            Some(_) => Err(with_port(text, authority.host())),
        }
    }
}

gateway_core::text_value!(HostPattern);

/// What stands after the first label of `host`.
pub(super) fn parent_domain(host: &str) -> Option<&str> {
    let (label, domain) = host.split_once('.')?;
    (!label.is_empty()).then_some(domain)
}

fn wildcard(text: &str, domain: &str) -> Result<HostPattern, Diagnosis> {
    let authority = authority(domain).ok_or_else(|| invalid(text))?;
    let host = authority.host();
    let last = host.rsplit('.').next().unwrap_or_default();
    // A name that ends in a number is an address, and addresses have no labels.
    if host.starts_with('[') || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(
            Diagnosis::new(format!("`{text}` is a wildcard in an address"))
                .help("a wildcard stands before a domain name"),
        );
    }
    match authority.port() {
        None => Ok(HostPattern::Wildcard(host.into())),
        Some(_) => Err(with_port(text, &format!("*.{host}"))),
    }
}

fn with_port(text: &str, host: &str) -> Diagnosis {
    Diagnosis::new(format!("`{text}` has a port"))
        .help(format!("routes do not look at the port: write `{host}`"))
}

fn authority(text: &str) -> Option<Authority> {
    Authority::parse(&HeaderValue::from_str(text).ok()?).ok()
}

fn invalid(text: &str) -> Diagnosis {
    let help = if text.contains('/') {
        "write the host alone, without scheme and path".to_owned()
    } else if text.contains('*') {
        "a wildcard is the whole first label, as in `*.example.com`".to_owned()
    } else if !text.is_ascii() {
        "write the name as DNS has it, in the `xn--` form".to_owned()
    } else {
        "write a name such as `api.example.com`, `*.example.com`, or an IP address".to_owned()
    };
    Diagnosis::new(format!("`{text}` is not a host")).help(help)
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => f.write_str(host),
            Self::Wildcard(domain) => write!(f, "*.{domain}"),
            Self::Any => f.write_str("any host"),
        }
    }
}

impl fmt::Display for HostKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact host",
            Self::Wildcard => "wildcard host",
            Self::Any => "any host",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_become_canonical() {
        for (text, canonical) in [
            ("api.example.com", "api.example.com"),
            ("API.Example.com.", "api.example.com"),
            ("localhost", "localhost"),
            ("*.Example.com", "*.example.com"),
            ("*.localhost", "*.localhost"),
            ("10.0.0.1", "10.0.0.1"),
            ("::1", "[::1]"),
            ("[0:0::1]", "[::1]"),
        ] {
            assert_eq!(HostPattern::from_text(text).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_is_no_host_is_refused_with_help() {
        for (text, help) in [
            ("", "IP address"),
            ("*", "leave `host` out"),
            ("a b", "IP address"),
            ("http://a.b", "the host alone"),
            ("a.b/c", "the host alone"),
            ("a.b:80", "write `a.b`"),
            ("*.a.b:80", "write `*.a.b`"),
            ("[::1]:80", "write `[::1]`"),
            ("a.*.b", "whole first label"),
            ("*a.b", "whole first label"),
            ("*.*.b", "whole first label"),
            ("*.0.0.1", "before a domain name"),
            ("*.[::1]", "before a domain name"),
            ("bücher.de", "xn--"),
        ] {
            let error = HostPattern::from_text(text).unwrap_err();
            assert!(error.help_text().unwrap().contains(help), "{error}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_exactly_one_label() {
        let pattern = HostPattern::from_text("*.example.com").unwrap();
        assert!(pattern.matches("a.example.com"));
        for host in [
            "example.com",
            ".example.com",
            "a.b.example.com",
            "aexample.com",
            "",
        ] {
            assert!(!pattern.matches(host), "{host}");
        }
    }
}

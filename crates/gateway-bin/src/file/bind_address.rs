//! `bind`

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use gateway_core::config::{Diagnosis, Text};

/// An IP address and a port to listen on; port 0 lets the system choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindAddress(SocketAddr);

impl BindAddress {
    /// The plain value.
    pub fn get(self) -> SocketAddr {
        self.0
    }

    /// Whether nobody can listen on both: they are equal, or one stands for all addresses of its family.
    pub fn excludes(self, other: Self) -> bool {
        let (ours, theirs) = (self.0.ip(), other.0.ip());
        let is_all = ours.is_unspecified() || theirs.is_unspecified();
        self.0.port() == other.0.port()
            && self.0.port() != 0
            && (ours == theirs || (is_all && ours.is_ipv4() == theirs.is_ipv4()))
    }
}

impl Text for BindAddress {
    const NAME: &'static str = "BindAddress";
    const WANTED: &'static str = "an IP address with a port, such as \"127.0.0.1:8080\"";
    const DESCRIPTION: &'static str = "An IP address and a port to listen on: `0.0.0.0` or `[::]` for all addresses of this machine, port 0 \
         to let the system choose.";
    const EXAMPLES: &'static [&'static str] = &["127.0.0.1:8080", "0.0.0.0:8080", "[::]:8080"];
    const PATTERN: Option<&'static str> =
        Some(r"^([0-9]+(\.[0-9]+){3}|\[[0-9A-Fa-f:.]+(%[0-9]+)?\]):[0-9]{1,5}$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        text.parse().map(Self).map_err(|_| {
            let diagnosis = Diagnosis::new(format!("expected {}", Self::WANTED));
            match instead(text) {
                Some(help) => diagnosis.help(help),
                None => diagnosis,
            }
        })
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        let message = format!("expected {}, found the number {number}", Self::WANTED);
        let diagnosis = Diagnosis::new(message);
        Err(match number.to_string().parse().ok().map(local_or_all) {
            Some(help) => diagnosis.help(help),
            None => diagnosis,
        })
    }
}

gateway_core::text_value!(BindAddress);

/// What could be written in the place of `text`.
fn instead(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(format!(
            "add a port: write \"{}\"",
            SocketAddr::new(address, 8080)
        ));
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let Ok(port) = port.parse() else {
        let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        return is_number.then(|| "a port is a number from 0 to 65535".to_owned());
    };
    Some(match host {
        "" | "*" => local_or_all(port),
        "localhost" => format!(
            "write \"{}\"",
            SocketAddr::from((Ipv4Addr::LOCALHOST, port))
        ),
        host => match host.parse::<Ipv6Addr>() {
            Ok(address) => format!("write \"{}\"", SocketAddr::from((address, port))),
            Err(_) => "names are not looked up: write an address of this machine".to_owned(),
        },
    })
}

fn local_or_all(port: u16) -> String {
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let all = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    format!("write \"{local}\" for this machine alone, \"{all}\" for everybody")
}

impl fmt::Display for BindAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(text: &str) -> String {
        let diagnosis = text.parse::<BindAddress>().unwrap_err().to_string();
        diagnosis
            .split_once(" (")
            .unwrap()
            .1
            .trim_end_matches(')')
            .to_owned()
    }

    #[test]
    fn what_was_meant_is_offered() {
        assert_eq!(help("localhost:80"), "write \"127.0.0.1:80\"");
        assert_eq!(help("10.0.0.1"), "add a port: write \"10.0.0.1:8080\"");
        assert_eq!(help("10.0.0.1:70000"), "a port is a number from 0 to 65535");
        assert_eq!(help("::1:80"), "add a port: write \"[::1:80]:8080\"");
        assert_eq!(
            help("gate.example.com:80"),
            "names are not looked up: write an address of this machine"
        );
        let both = "write \"127.0.0.1:80\" for this machine alone, \"0.0.0.0:80\" for everybody";
        for text in [":80", "*:80", "80"] {
            assert_eq!(help(text), both, "{text}");
        }
    }

    #[test]
    fn all_addresses_exclude_each_of_their_family() {
        let excludes = |a: &str, b: &str| {
            let (a, b): (BindAddress, BindAddress) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(a.excludes(b), b.excludes(a));
            a.excludes(b)
        };
        assert!(excludes("127.0.0.1:80", "127.0.0.1:80"));
        assert!(excludes("127.0.0.1:80", "0.0.0.0:80"));
        assert!(excludes("[::]:80", "[::1]:80"));
        assert!(!excludes("127.0.0.1:80", "127.0.0.1:81"));
        assert!(!excludes("127.0.0.1:80", "127.0.0.2:80"));
        assert!(!excludes("127.0.0.1:0", "127.0.0.1:0"));
        assert!(!excludes("[::]:80", "127.0.0.1:80"));
    }
}

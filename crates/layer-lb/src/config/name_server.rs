//! One of `discover.servers`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use gateway_core::config::{Diagnosis, Text};

/// The port of DNS (RFC 1035 section 4.2).
const PORT: u16 = 53;

/// A name server: its address, and its port unless it is 53.
///
/// ```
/// use layer_lb::NameServer;
///
/// let server: NameServer = "10.0.0.2".parse().unwrap();
/// assert_eq!(server.address().to_string(), "10.0.0.2:53");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameServer(SocketAddr);

impl NameServer {
    /// Where it is asked, over UDP and, where an answer is long, over TCP.
    pub fn address(&self) -> SocketAddr {
        self.0
    }
}

impl Text for NameServer {
    const NAME: &'static str = "NameServer";
    const WANTED: &'static str = "the address of a name server such as \"127.0.0.1:53\"";
    const DESCRIPTION: &'static str = "The address of a name server, and its port unless it is 53.";
    const EXAMPLES: &'static [&'static str] = &["127.0.0.1:53", "10.0.0.2", "[::1]:53"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let address = text.parse::<SocketAddr>().or_else(|_| {
            let address = text.parse::<IpAddr>();
            address.map(|address| SocketAddr::new(address, PORT))
        });
        let usable = address.ok().filter(|address| {
            address.port() != 0 && !address.ip().is_unspecified() && !address.ip().is_multicast()
        });
        let wrong = || {
            Diagnosis::new(format!("expected {}", Self::WANTED))
                .help("a name would have to be looked up itself: write an address")
        };
        usable.map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for NameServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

gateway_core::text_value!(NameServer);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_kinds_with_port_or_without() {
        for (text, shown) in [
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("10.0.0.2", "10.0.0.2:53"),
            ("::1", "[::1]:53"),
            ("[::1]:54", "[::1]:54"),
        ] {
            assert_eq!(NameServer::from_text(text).unwrap().to_string(), shown);
        }
        for text in ["", "ns.internal", "0.0.0.0", "127.0.0.1:0", "224.0.0.1:53"] {
            assert!(NameServer::from_text(text).is_err(), "{text}");
        }
    }
}

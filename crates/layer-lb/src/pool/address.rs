//! Where an endpoint listens.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

/// Where an endpoint listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// An address of its own, which is never looked up.
    Socket(SocketAddr),
    /// A name that stands for any number of addresses.
    Name(Arc<str>, u16),
    /// A Unix socket.
    Unix(Arc<Path>),
}

impl Address {
    /// The address that `host`, without brackets, and `port` stand for.
    pub(crate) fn new(host: &str, port: u16) -> Self {
        match host.parse::<IpAddr>() {
            Ok(ip) => Self::Socket(SocketAddr::new(ip, port)),
            Err(_) => Self::Name(host.into(), port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_address_already_is_not_looked_up() {
        for (host, socket) in [("10.0.0.5", "10.0.0.5:80"), ("fe80::1", "[fe80::1]:80")] {
            assert_eq!(
                Address::new(host, 80),
                Address::Socket(socket.parse().unwrap())
            );
        }
        assert_eq!(
            Address::new("orders.internal", 80),
            Address::Name("orders.internal".into(), 80)
        );
    }
}

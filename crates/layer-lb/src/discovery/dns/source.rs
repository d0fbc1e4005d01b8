//! A name in DNS whose records are the endpoints.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{DiscoveredScheme, DnsRecord};

/// A name in DNS whose records are the endpoints.
#[derive(Clone, Debug)]
pub(crate) struct DnsSource {
    /// The name; one that ends in a dot is complete.
    pub(crate) name: Arc<str>,
    /// The port of the endpoints, unless the records say it.
    pub(crate) port: u16,
    /// Which records are asked for.
    pub(crate) record: DnsRecord,
    /// How the endpoints are spoken to.
    pub(crate) scheme: DiscoveredScheme,
    /// The longest time between two look-ups.
    pub(crate) refresh: Duration,
    /// Who is asked; the name servers of the system where there are none.
    pub(crate) servers: Option<Arc<[SocketAddr]>>,
}

impl fmt::Display for DnsSource {
    /// As the log calls it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dns {}", self.name)
    }
}

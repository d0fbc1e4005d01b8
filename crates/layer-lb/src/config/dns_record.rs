//! `discover.record`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which records of DNS name the endpoints.
///
/// ```
/// use layer_lb::DnsRecord;
///
/// assert_eq!(serde_json::from_str::<DnsRecord>(r#""srv""#)?, DnsRecord::Srv);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DnsRecord {
    /// IPv4 addresses (RFC 1035).
    #[default]
    A,
    /// IPv6 addresses (RFC 3596).
    Aaaa,
    /// Names with ports, priorities and weights (RFC 2782), and all addresses of each name.
    Srv,
}

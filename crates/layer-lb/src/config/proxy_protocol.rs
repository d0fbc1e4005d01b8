//! `proxy-protocol`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How endpoints are told the address of the client: a header before everything else on each connection, even
/// before TLS (HAProxy's PROXY protocol). A connection then belongs to one client address.
///
/// ```
/// use layer_lb::{ProxyProtocol, UpstreamConfig};
///
/// let mut config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// config.proxy_protocol = Some(ProxyProtocol::V2.into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyProtocol {
    /// Version 1, a line of text.
    V1,
    /// Version 2, binary.
    V2,
}

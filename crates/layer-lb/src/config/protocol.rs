//! `protocol`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the endpoints of an upstream speak.
///
/// ```
/// use layer_lb::Protocol;
///
/// assert_eq!(serde_json::from_str::<Protocol>(r#""http2""#)?, Protocol::Http2);
/// assert_eq!(Protocol::default(), Protocol::Http1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// HTTP/1.1, one request at a time over each connection.
    #[default]
    Http1,
    /// HTTP/2, many requests over each connection; over TLS by ALPN, otherwise from the first byte (prior
    /// knowledge). gRPC needs it.
    Http2,
    /// HTTP/2 where the endpoint offers it by ALPN, otherwise HTTP/1.1; found out with the first connection to
    /// each endpoint. Over TLS alone.
    Auto,
}

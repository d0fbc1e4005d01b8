//! `protocol`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the endpoints of an upstream speak.
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

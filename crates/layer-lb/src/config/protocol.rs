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
    /// HTTP/2 from the first byte (prior knowledge), many requests over each connection. gRPC needs it.
    Http2,
}

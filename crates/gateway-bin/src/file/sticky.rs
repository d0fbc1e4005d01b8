//! `sticky` in `[[routes]]`

use gateway_core::config::{HeaderName, Located};
use gateway_core::expression::Expression;
use schemars::JsonSchema;
use serde::Deserialize;

/// What keeps a client with one upstream of a split; exactly one of the keys.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum StickyConfig {
    /// A cookie of this name; the gateway sets it for a client that has none.
    Cookie(Located<String>),
    /// The value of a header field.
    Header(HeaderName),
    /// The value of an expression (CEL).
    Cel(Expression),
}

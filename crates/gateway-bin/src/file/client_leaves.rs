//! `when-client-leaves` in `[[routes]]`

use schemars::JsonSchema;
use serde::Deserialize;

/// What becomes of a request whose client goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientLeavesConfig {
    /// It ends at the upstream too.
    Cancel,
    /// The upstream does its work to the end, if it has all of the request; its response is thrown away.
    Finish,
}

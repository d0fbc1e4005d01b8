//! Whether a layer acts, watches or stands aside.

use schemars::JsonSchema;
use serde::Deserialize;

/// Whether a layer acts on its decisions. Every layer of a file takes it as `mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Decides and acts.
    #[default]
    Enforce,
    /// Decides, records what it would have done, and lets the request pass as it came.
    Observe,
    /// Is left out of the stack.
    Off,
}

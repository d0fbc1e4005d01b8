//! What to do with an escaped slash.

use schemars::JsonSchema;
use serde::Deserialize;

/// What to do with `%2F` and `%5C` in a path.
///
/// Servers disagree on whether an escaped slash separates segments, so the default is to refuse it.
/// Keep it for upstreams that carry whole paths or URLs inside a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EncodedSlash {
    /// Answer 400.
    #[default]
    Refuse,
    /// Pass it on, as a part of its segment. Dot segments beside it are still refused.
    Keep,
}

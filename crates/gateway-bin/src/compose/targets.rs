//! Paths with places for what the route's own path caught.

use gateway_core::config::{ConfigError, Located};

use crate::action::TargetTemplate;

/// The parameters of a route's path; `None` where the path is missing or had errors of its own, so that
/// nothing can be said about them.
pub(super) type Parameters<'a> = Option<&'a [&'a str]>;

/// Reads a text in which the parameters of the route's path stand in braces.
pub(super) fn template(
    text: &Located<String>,
    parameters: Parameters<'_>,
) -> Result<Option<TargetTemplate>, ConfigError> {
    let Some(parameters) = parameters else {
        return Ok(None);
    };
    let template = TargetTemplate::parse(text, parameters);
    template
        .map(Some)
        .map_err(|diagnosis| diagnosis.in_text(text))
}

//! Texts with places for what the route's own path caught.

use gateway_core::config::{ConfigError, Diagnosis, Located};

/// The parameters of a route's path; `None` where the path is missing or had errors of its own, so that
/// nothing can be said about them.
pub(super) type Parameters<'a> = Option<&'a [&'a str]>;

/// Reads by `parse` a text in which the parameters of the route's path stand in braces; `None` where they may be
/// missing by mistake.
pub(super) fn read<T>(
    text: &Located<String>,
    parameters: Parameters<'_>,
    parse: impl FnOnce(&str, Parameters<'_>) -> Result<T, Diagnosis>,
) -> Result<Option<T>, ConfigError> {
    let read = parse(text, parameters).map_err(|diagnosis| diagnosis.in_text(text))?;
    Ok(parameters.is_some().then_some(read))
}

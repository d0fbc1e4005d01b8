//! `redirect` and `respond` become answers.

use bytes::Bytes;
use gateway_core::config::{ConfigError, ConfigErrors, HeaderName, Located};
use gateway_core::head::hop_by_hop::is_hop_by_hop;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::targets::{self, Parameters};
use crate::action::{Redirect, RedirectTarget, Respond};
use crate::file::{RedirectConfig, RespondConfig};

/// What `redirect` means; `None` where the parameters that its target names may be missing by mistake.
pub(super) fn redirect(
    config: &RedirectConfig,
    parameters: Parameters<'_>,
) -> Result<Option<Redirect>, ConfigError> {
    let target = targets::read(&config.to, parameters, RedirectTarget::parse)?;
    Ok(target.map(|target| Redirect::new(target, config.status.get())))
}

/// What `respond` means.
pub(super) fn respond(config: &RespondConfig) -> Result<Respond, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    let status = match &config.status {
        Some(status) => errors.take(
            final_status(status.get(), config).map_err(|error| error.at_if_unset(status.span())),
        ),
        None => Some(StatusCode::OK),
    };
    let mut headers = HeaderMap::new();
    if let Some(content_type) = &config.content_type {
        headers.insert(header::CONTENT_TYPE, (**content_type).clone());
    } else if !config.body.is_empty() {
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, plain);
    }
    for (name, value) in &config.headers {
        errors.extend(framing(name));
        headers.insert((***name).clone(), (**value).clone());
    }
    let body = Bytes::from(config.body.to_string());
    errors.or(Respond::new(status.unwrap_or_default(), headers, body))
}

/// RFC 9110, section 15.2: an informational response is followed by a final one. Sections 15.3.5 and 15.4.5:
/// some have no content.
fn final_status(status: StatusCode, config: &RespondConfig) -> Result<StatusCode, ConfigError> {
    if status.is_informational() {
        let error = ConfigError::new(format!(
            "the status {} is informational, and no answer by itself",
            status.as_u16()
        ));
        return Err(error.help("write a status from 200 to 599"));
    }
    let is_empty = matches!(
        status,
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
    );
    if is_empty && !config.body.is_empty() {
        let error = ConfigError::new(format!(
            "a response with status {} has no body",
            status.as_u16()
        ));
        return Err(error
            .at(config.body.span())
            .help("remove `body`, or write another status"));
    }
    Ok(status)
}

/// Refuses fields that say where the response ends or what becomes of the connection.
fn framing(name: &Located<HeaderName>) -> Option<ConfigError> {
    let is_framing = ***name == header::CONTENT_LENGTH || is_hop_by_hop(name);
    is_framing.then(|| {
        ConfigError::new(format!("`{}` is not for a route to set", **name))
            .at(name.span())
            .help("leave it out: the gateway sets it where it is needed")
    })
}

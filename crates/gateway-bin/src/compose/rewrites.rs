//! `rewrite` becomes a change of path and host.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use gateway_core::head::Authority;
use gateway_core::path::{CanonicalPath, EncodedSlash};
use http::HeaderValue;

use super::targets::{self, Parameters};
use crate::action::{HostRewrite, PathRewrite, Rewrite, TargetTemplate};
use crate::file::RewriteConfig;

/// What `rewrite` means; `None` where the parameters that the new path names may be missing by mistake.
pub(super) fn build(
    config: &RewriteConfig,
    parameters: Parameters<'_>,
) -> Result<Option<Rewrite>, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    let path = errors.take(path(config, parameters)).flatten();
    let host = match &config.host {
        Some(host) => errors.take(self::host(host)),
        None => Some(HostRewrite::Preserve),
    };
    errors.or(path.zip(host).map(|(path, host)| Rewrite { path, host }))
}

fn path(
    config: &RewriteConfig,
    parameters: Parameters<'_>,
) -> Result<Option<PathRewrite>, ConfigError> {
    match (&config.strip_prefix, &config.path) {
        (Some(prefix), Some(path)) => Err(ConfigError::new(
            "`strip-prefix` and `path` exclude each other",
        )
        .at(path.span())
        .related(prefix.span(), "the other one")
        .help("keep one of them")),
        (Some(prefix), None) => Ok(Some(PathRewrite::StripPrefix(canonical(prefix)?.into()))),
        (None, Some(path)) if !path.starts_with('/') => Err(without_slash(path)),
        (None, Some(path)) => {
            let template = targets::read(path, parameters, TargetTemplate::parse_path)?;
            Ok(template.map(PathRewrite::Template))
        }
        (None, None) => Ok(Some(PathRewrite::Keep)),
    }
}

fn host(host: &Located<String>) -> Result<HostRewrite, ConfigError> {
    match host.as_str() {
        "preserve" => Ok(HostRewrite::Preserve),
        "upstream" => Ok(HostRewrite::Upstream),
        name => host_value(name).map(HostRewrite::Fixed).ok_or_else(|| {
            ConfigError::new(format!("`{name}` is no host"))
                .at(host.span())
                .help("write \"preserve\", \"upstream\", or a host with at most a port")
        }),
    }
}

fn host_value(name: &str) -> Option<HeaderValue> {
    let value = HeaderValue::try_from(name).ok()?;
    let authority = Authority::parse(&value).ok()?;
    Some(authority.as_header_value().clone())
}

/// A prefix that paths can have, as they look when they are compared.
fn canonical(prefix: &Located<String>) -> Result<String, ConfigError> {
    if !prefix.starts_with('/') {
        return Err(without_slash(prefix));
    }
    let never =
        || ConfigError::new(format!("no path begins with `{}`", **prefix)).at(prefix.span());
    match CanonicalPath::parse(prefix, EncodedSlash::Refuse) {
        Ok(path) if path.as_str() == prefix.as_str() => Ok(path.into_string()),
        Ok(path) => Err(never().help(format!(
            "paths are made canonical first: write \"{}\"",
            path.as_str()
        ))),
        Err(error) => Err(never().help(format!("such requests are refused: {}", error.detail()))),
    }
}

fn without_slash(path: &Located<String>) -> ConfigError {
    ConfigError::new("a path begins with `/`")
        .at(path.span())
        .help(format!("write \"/{}\"", **path))
}

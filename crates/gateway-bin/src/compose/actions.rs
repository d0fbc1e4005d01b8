//! What a route does in the end.

use bytes::Bytes;
use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};
use gateway_core::head::Authority;
use gateway_core::path::{CanonicalPath, EncodedSlash};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use layer_lb::Upstream;

use super::names::Names;
use crate::action::{
    Action, Destination, HostRewrite, PathRewrite, TargetTemplate, Redirect, Respond, Rewrite, StickyKey,
};
use crate::file::{RedirectConfig, RespondConfig, RewriteConfig, RouteConfig, ShareConfig, StickyConfig};

/// Makes the action of `route`, whose path pattern catches `parameters`. `None` where an upstream it refers
/// to had errors of its own.
pub(super) fn build(
    route: &RouteConfig,
    is_whole: bool,
    parameters: &[&str],
    upstreams: &Names<Upstream>,
) -> Result<Option<Action>, ConfigErrors> {
    let ends = [
        ("upstream", route.upstream.as_ref().map(Located::span)),
        ("split", route.split.as_ref().map(Located::span)),
        ("redirect", route.redirect.as_ref().map(Located::span)),
        ("respond", route.respond.as_ref().map(Located::span)),
    ];
    if is_whole {
        exactly_one(&route.name, &ends)?;
    }
    if let Some(redirect) = &route.redirect {
        only_forwarding(route)?;
        return Ok(Some(Action::Redirect(self::redirect(redirect, parameters)?)));
    }
    if let Some(respond) = &route.respond {
        only_forwarding(route)?;
        return Ok(Some(Action::Respond(self::respond(respond))));
    }
    forward(route, parameters, upstreams)
}

fn forward(
    route: &RouteConfig,
    parameters: &[&str],
    upstreams: &Names<Upstream>,
) -> Result<Option<Action>, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    let destinations = match (&route.upstream, &route.split) {
        (Some(name), _) => errors.take(upstreams.resolve(name)).flatten().map(|upstream| {
            vec![Destination {
                upstream: upstream.clone(),
                weight: 1,
            }]
        }),
        (None, Some(shares)) => errors.take(split(shares, upstreams)).flatten(),
        (None, None) => None,
    };
    let mirror = match &route.mirror {
        None => Some(None),
        Some(mirror) => errors.take(upstreams.resolve(&mirror.upstream)).flatten().map(|upstream| {
            let percent = mirror.percent.map_or(100.0, |percent| percent.get());
            Some((upstream.clone(), percent))
        }),
    };
    let sticky = match &route.sticky {
        None => Some(None),
        Some(sticky) => errors.take(self::sticky(sticky, route.split.is_some())).map(Some),
    };
    let rewrite = match &route.rewrite {
        None => Some(Rewrite::default()),
        Some(rewrite) => errors.take(self::rewrite(rewrite, parameters)),
    };
    let action = (|| {
        Some(Action::Forward {
            destinations: destinations?,
            sticky: sticky?,
            rewrite: rewrite?,
            mirror: mirror?,
            timeout: route.timeout.as_ref().and_then(|timeout| Some(timeout.request?.get())),
        })
    })();
    errors.or(action)
}

fn split(
    shares: &Located<Vec<ShareConfig>>,
    upstreams: &Names<Upstream>,
) -> Result<Option<Vec<Destination>>, ConfigErrors> {
    if shares.iter().all(|share| share.weight == 0) {
        return Err(ConfigError::new("a split needs a share with a weight above 0")
            .at(shares.span())
            .help("write { upstream = \"…\", weight = 1 }")
            .into());
    }
    let mut errors = ConfigErrors::new();
    let destinations = shares.iter().map(|share| {
        let upstream = errors.take(upstreams.resolve(&share.upstream)).flatten()?;
        Some(Destination {
            upstream: upstream.clone(),
            weight: share.weight,
        })
    });
    let destinations = destinations.collect();
    errors.or(destinations)
}

fn sticky(config: &Located<StickyConfig>, has_split: bool) -> Result<StickyKey, ConfigError> {
    if !has_split {
        return Err(ConfigError::new("`sticky` without `split` does nothing")
            .at(config.span())
            .help("remove it, or write `split` in the place of `upstream`"));
    }
    Ok(match &**config {
        StickyConfig::Cookie(name) => {
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(ConfigError::new("this cannot be the name of a cookie").at(name.span()));
            }
            StickyKey::Cookie(name.as_str().into())
        }
        StickyConfig::Header(name) => StickyKey::Header((**name).clone()),
        StickyConfig::Cel(expression) => StickyKey::Expression(expression.clone()),
    })
}

fn rewrite(config: &RewriteConfig, parameters: &[&str]) -> Result<Rewrite, ConfigError> {
    let path = match (&config.strip_prefix, &config.path) {
        (Some(prefix), Some(path)) => {
            return Err(ConfigError::new("`strip-prefix` and `path` exclude each other")
                .at(path.span())
                .related(prefix.span(), "the other one"));
        }
        (Some(prefix), None) => PathRewrite::StripPrefix(canonical(prefix)?.into()),
        (None, Some(path)) => PathRewrite::Template(path_template(path, parameters)?),
        (None, None) => PathRewrite::Keep,
    };
    let host = match &config.host {
        None => HostRewrite::Preserve,
        Some(host) => match host.as_str() {
            "preserve" => HostRewrite::Preserve,
            "upstream" => HostRewrite::Upstream,
            name => HostRewrite::Fixed(host_value(name).ok_or_else(|| {
                ConfigError::new(format!("`{name}` is no host"))
                    .at(host.span())
                    .help("write \"preserve\", \"upstream\", or a host with at most a port")
            })?),
        },
    };
    Ok(Rewrite { path, host })
}

fn host_value(name: &str) -> Option<HeaderValue> {
    let value = HeaderValue::try_from(name).ok()?;
    let authority = Authority::parse(&value).ok()?;
    Some(authority.as_header_value().clone())
}

fn canonical(path: &Located<String>) -> Result<String, ConfigError> {
    let canonical = CanonicalPath::parse(path, EncodedSlash::Refuse)
        .map_err(|error| ConfigError::new(error.to_string()).at(path.span()))?;
    if canonical.as_str() == path.as_str() {
        Ok(canonical.as_str().to_owned())
    } else {
        Err(ConfigError::new("no request has such a path: paths are canonical")
            .at(path.span())
            .help(format!("write \"{}\"", canonical.as_str())))
    }
}

fn path_template(text: &Located<String>, parameters: &[&str]) -> Result<TargetTemplate, ConfigError> {
    if !text.starts_with('/') {
        return Err(ConfigError::new("a path begins with `/`")
            .at(text.span())
            .help(format!("write \"/{}\"", **text)));
    }
    template(text, parameters)
}

fn template(text: &Located<String>, parameters: &[&str]) -> Result<TargetTemplate, ConfigError> {
    TargetTemplate::parse(text, parameters).map_err(|diagnosis| diagnosis.in_text(text))
}

fn redirect(config: &RedirectConfig, parameters: &[&str]) -> Result<Redirect, ConfigError> {
    let to = &config.to;
    let is_target = to.starts_with('/') || to.starts_with("https://") || to.starts_with("http://");
    if !is_target || HeaderValue::from_str(to).is_err() {
        return Err(ConfigError::new("a redirect leads to a path or to a URL")
            .at(to.span())
            .help("write \"/…\" or \"https://…\""));
    }
    Ok(Redirect::new(template(to, parameters)?, config.status.get()))
}

fn respond(config: &RespondConfig) -> Respond {
    let mut headers = HeaderMap::new();
    if let Some(content_type) = &config.content_type {
        headers.insert(header::CONTENT_TYPE, (**content_type).clone());
    } else if !config.body.is_empty() {
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, plain);
    }
    for (name, value) in &config.headers {
        headers.insert((**name).clone(), (**value).clone());
    }
    let status = config.status.map_or(StatusCode::OK, |status| status.get());
    Respond::new(status, headers, Bytes::from(config.body.clone()))
}

fn exactly_one(route: &Located<String>, ends: &[(&str, Option<Span>)]) -> Result<(), ConfigError> {
    let mut given = ends.iter().filter_map(|(key, span)| Some((key, (*span)?)));
    match (given.next(), given.next()) {
        (Some(_), None) => Ok(()),
        (Some((first, place)), Some((second, span))) => Err(ConfigError::new(format!(
            "route `{}` has both `{first}` and `{second}`",
            **route
        ))
        .at(span)
        .related(place, "the other one")
        .help("keep one of them")),
        (None, _) => Err(ConfigError::new(format!("route `{}` leads nowhere", **route))
            .at(route.span())
            .help("give it `upstream`, `split`, `redirect` or `respond`")),
    }
}

/// Refuses the keys of forwarding on a route that does not forward.
fn only_forwarding(route: &RouteConfig) -> Result<(), ConfigErrors> {
    let keys = [
        ("sticky", route.sticky.as_ref().map(Located::span)),
        ("mirror", route.mirror.as_ref().map(Located::span)),
        ("rewrite", route.rewrite.as_ref().map(Located::span)),
        ("timeout", route.timeout.as_ref().map(Located::span)),
    ];
    let misplaced = keys.into_iter().filter_map(|(key, span)| {
        Some(
            ConfigError::new(format!("`{key}` does nothing on route `{}`", *route.name))
                .at(span?)
                .help("only a route with `upstream` or `split` has it"),
        )
    });
    misplaced.collect::<ConfigErrors>().or(())
}

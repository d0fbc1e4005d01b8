//! What a route does in the end.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Percent};
use layer_lb::{ClassRule, RetryRules, Upstream};

use super::names::Names;
use super::targets::Parameters;
use super::{answers, ends, rewrites};
use crate::action::{Action, Destination, Rewrite, StickyKey, Terms};
use crate::file::{ClientLeavesConfig, RouteConfig, ShareConfig, StickyConfig};

/// Makes the action of `route`, whose path pattern catches `parameters`. `None` where something that it
/// refers to had errors of its own.
pub(super) fn build(
    route: &RouteConfig,
    is_whole: bool,
    parameters: Parameters<'_>,
    upstreams: &Names<Upstream>,
) -> Result<Option<Action>, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    ends::check(route, is_whole, &mut errors);
    let mut action = errors
        .take(forward(route, is_whole, parameters, upstreams))
        .flatten();
    if let Some(redirect) = &route.redirect {
        let redirect = errors
            .take(answers::redirect(redirect, parameters))
            .flatten();
        action = redirect.map(Action::Redirect);
    }
    if let Some(respond) = &route.respond {
        action = errors.take(answers::respond(respond)).map(Action::Respond);
    }
    errors.or(action)
}

fn forward(
    route: &RouteConfig,
    is_whole: bool,
    parameters: Parameters<'_>,
    upstreams: &Names<Upstream>,
) -> Result<Option<Action>, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    let single = route.upstream.as_ref().and_then(|name| {
        let upstream = errors.take(upstreams.resolve(name)).flatten()?;
        Some(vec![Destination {
            upstream: upstream.clone(),
            weight: 1,
        }])
    });
    let several = route
        .split
        .as_ref()
        .and_then(|shares| errors.take(split(shares, is_whole, upstreams)).flatten());
    let mirror = match &route.mirror {
        None => Some(None),
        Some(mirror) => errors
            .take(upstreams.resolve(&mirror.upstream))
            .flatten()
            .map(|upstream| {
                let percent = mirror.percent.map_or(100.0, Percent::get);
                Some((upstream.clone(), percent))
            }),
    };
    let sticky = match &route.sticky {
        None => Some(None),
        Some(sticky) => errors.take(self::sticky(sticky, route, is_whole)).map(Some),
    };
    let rewrite = match &route.rewrite {
        None => Some(Rewrite::default()),
        Some(rewrite) => errors.take(rewrites::build(rewrite, parameters)).flatten(),
    };
    let timeout = match &route.timeout {
        None => Some(None),
        Some(timeout) => errors.take(timeout.request()),
    };
    let retry = match &route.retry {
        None => Some(None),
        Some(retry) => errors.take(RetryRules::new(retry)).map(Some),
    };
    let destinations = single.or(several);
    let class = errors.take(class(route, destinations.as_deref()));
    let action = (|| {
        Some(Action::Forward {
            destinations: destinations?,
            sticky: sticky?,
            rewrite: rewrite?,
            mirror: mirror?,
            terms: Terms {
                timeout: timeout?,
                retry: retry?,
                class: class?,
            },
            websocket: route.websocket.as_ref().is_some_and(|allowed| **allowed),
            finish: route
                .when_client_leaves
                .as_ref()
                .is_some_and(|wish| **wish == ClientLeavesConfig::Finish),
        })
    })();
    errors.or(action)
}

/// The class of the requests, which must make a difference at one of the `destinations` at least.
fn class(
    route: &RouteConfig,
    destinations: Option<&[Destination]>,
) -> Result<ClassRule, ConfigError> {
    let Some(class) = &route.class else {
        return Ok(ClassRule::default());
    };
    let sheds = |destination: &Destination| destination.upstream.sheds();
    match destinations {
        Some(all @ [first, ..]) if !all.iter().any(sheds) => Err(ConfigError::new(format!(
            "`class` does nothing: upstream `{}` takes any number of requests",
            first.upstream.name()
        ))
        .at(class.span())
        .help("give it `limits = { requests = … }` or `concurrency = \"adaptive\"`")),
        _ => Ok((**class).clone()),
    }
}

fn split(
    shares: &Located<Vec<ShareConfig>>,
    is_whole: bool,
    upstreams: &Names<Upstream>,
) -> Result<Option<Vec<Destination>>, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    if is_whole && shares.iter().all(|share| share.weight == 0) {
        let error =
            ConfigError::new("a split needs a share with a weight above 0").at(shares.span());
        errors.push(error.help("write { upstream = \"…\", weight = 1 }"));
    }
    let mut destinations = Vec::new();
    for share in shares.iter() {
        let upstream = errors.take(upstreams.resolve(&share.upstream)).flatten();
        destinations.push(upstream.map(|upstream| Destination {
            upstream: upstream.clone(),
            weight: share.weight,
        }));
    }
    errors.or(destinations.into_iter().collect())
}

fn sticky(
    config: &Located<StickyConfig>,
    route: &RouteConfig,
    is_whole: bool,
) -> Result<StickyKey, ConfigError> {
    if is_whole && route.upstream.is_some() && route.split.is_none() {
        return Err(ConfigError::new("`sticky` without `split` does nothing")
            .at(config.span())
            .help("remove it, or write `split` in the place of `upstream`"));
    }
    Ok(match &**config {
        StickyConfig::Cookie(name) => {
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(ConfigError::new("this cannot be the name of a cookie")
                    .at(name.span())
                    .help("use letters, digits and marks such as `-` and `_`"));
            }
            StickyKey::Cookie(name.as_str().into())
        }
        StickyConfig::Header(name) => StickyKey::Header((**name).clone()),
        StickyConfig::Cel(expression) => StickyKey::Expression(expression.clone()),
    })
}

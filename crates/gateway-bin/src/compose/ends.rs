//! What may stand beside what in `[[routes]]`.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};

use crate::file::RouteConfig;

/// Refuses a route without exactly one end, and the keys of forwarding on one that does not forward. What is
/// missing from a route that is not `whole` may be missing only because it was wrong.
pub(super) fn check(route: &RouteConfig, is_whole: bool, errors: &mut ConfigErrors) {
    let ends = given([
        ("upstream", place(route.upstream.as_ref())),
        ("split", place(route.split.as_ref())),
        ("redirect", place(route.redirect.as_ref())),
        ("respond", place(route.respond.as_ref())),
    ]);
    match ends.as_slice() {
        [] if is_whole => errors.push(
            ConfigError::new(format!("route `{}` leads nowhere", *route.name))
                .at(route.name.span())
                .help("give it `upstream`, `split`, `redirect` or `respond`"),
        ),
        [] => {}
        [(end, _)] => errors.extend(misplaced(route, end)),
        [first, others @ ..] => errors.push(too_many(route, *first, others)),
    }
}

/// A key that is given, and the place of its value.
type Given = (&'static str, Span);

fn place<T>(value: Option<&Located<T>>) -> Option<Span> {
    value.map(Located::span)
}

fn given<const N: usize>(keys: [(&'static str, Option<Span>); N]) -> Vec<Given> {
    keys.into_iter()
        .filter_map(|(key, span)| Some((key, span?)))
        .collect()
}

fn too_many(route: &RouteConfig, first: Given, others: &[Given]) -> ConfigError {
    let names: Vec<String> = std::iter::once(&first)
        .chain(others)
        .map(|(key, _)| format!("`{key}`"))
        .collect();
    let names = names.join(" and ");
    let (_, span) = others.last().copied().unwrap_or(first);
    let error = ConfigError::new(format!("route `{}` has {names}", *route.name))
        .at(span)
        .related(first.1, "the first of them")
        .help("a route has one end: keep one of them");
    others[..others.len().saturating_sub(1)]
        .iter()
        .fold(error, |error, (_, span)| error.related(*span, "another"))
}

/// The keys of forwarding on a route whose end does not forward.
fn misplaced(route: &RouteConfig, end: &str) -> Vec<ConfigError> {
    if ["upstream", "split"].contains(&end) {
        return Vec::new();
    }
    let keys = given([
        ("sticky", place(route.sticky.as_ref())),
        ("mirror", place(route.mirror.as_ref())),
        ("rewrite", place(route.rewrite.as_ref())),
        ("timeout", place(route.timeout.as_ref())),
        ("retry", place(route.retry.as_ref())),
        ("class", place(route.class.as_ref())),
        ("websocket", place(route.websocket.as_ref())),
        (
            "when-client-leaves",
            place(route.when_client_leaves.as_ref()),
        ),
    ]);
    let error = |(key, span): Given| {
        ConfigError::new(format!("`{key}` does nothing on route `{}`", *route.name))
            .at(span)
            .help("only a route with `upstream` or `split` has it")
    };
    keys.into_iter().map(error).collect()
}

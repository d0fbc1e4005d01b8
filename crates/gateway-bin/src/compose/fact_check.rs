//! Does each layer of a route get the facts it needs?

use gateway_core::config::{ConfigError, ConfigErrors, Span};
use gateway_core::contract::{BuiltLayer, Mode};
use gateway_core::facts::{ClientAddr, FactId, MatchedRoute, Scheme};

/// Checks the layers of one route, each with the place where the route names it, in the order in which they
/// run: a fact must be provided by the gateway itself or by a layer before.
pub(super) fn check(route: &str, layers: &[(BuiltLayer, Span)], errors: &mut ConfigErrors) {
    let mut available = vec![
        FactId::of::<ClientAddr>(),
        FactId::of::<Scheme>(),
        FactId::of::<MatchedRoute>(),
    ];
    for (position, (layer, span)) in layers.iter().enumerate() {
        if layer.mode() == Mode::Off {
            continue;
        }
        for fact in layer.facts().missing(&available) {
            errors.push(missing(route, layer, *span, fact, &layers[position..]));
        }
        available.extend(layer.facts().provided());
    }
}

fn missing(
    route: &str,
    layer: &BuiltLayer,
    span: Span,
    fact: FactId,
    rest: &[(BuiltLayer, Span)],
) -> ConfigError {
    let name = layer.name();
    let error = ConfigError::new(format!(
        "layer `{name}` needs the fact `{}`, which nothing before it on route `{route}` provides",
        fact.name()
    ))
    .at(span)
    .label(format!("needs `{}`", fact.name()));
    let provider = rest.iter().find(|(later, _)| {
        later.mode() != Mode::Off && later.facts().provided().contains(&fact)
    });
    match provider {
        Some((later, place)) => error
            .related(*place, format!("provides `{}`, but runs later", fact.name()))
            .help(format!("put \"{}\" before \"{name}\"", later.name())),
        None => error.help(format!(
            "put a layer that provides `{}` before \"{name}\", such as one of type \"api-key\"",
            fact.name()
        )),
    }
}

//! Does each layer of a route get the facts it needs?

use std::fmt;

use gateway_core::config::{ConfigError, ConfigErrors, Span};
use gateway_core::contract::{BuiltLayer, Mode};
use gateway_core::facts::{FactId, Identity, MatchedRoute};
use layer_lb::Upstream;

use super::chain::{Chain, Link};
use crate::admission;

/// Whose chain it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'a> {
    /// The gateway-wide layers, which come before those of every route.
    Gateway,
    /// One route's layers, of which the first so many are gateway-wide and checked already.
    Route { name: &'a str, inherited: usize },
}

/// Checks the layers of `chain`: a fact must be provided by the gateway itself or by a layer before. A layer
/// of which nothing is known may provide anything. Returns what there is behind them all, if it is known.
pub(super) fn check(
    owner: Owner<'_>,
    chain: &Chain,
    errors: &mut ConfigErrors,
) -> Option<Vec<FactId>> {
    let inherited = match owner {
        Owner::Gateway => 0,
        Owner::Route { inherited, .. } => inherited,
    };
    let mut available = admission::facts()
        .provides::<MatchedRoute>()
        .provided()
        .to_vec();
    for (position, link) in chain.links().iter().enumerate() {
        let layer = link.layer.as_ref()?;
        if layer.mode() == Mode::Off {
            continue;
        }
        if position >= inherited {
            let missing = layer.facts().missing(&available);
            errors.extend(missing.map(|fact| error(owner, layer, link.span, fact, chain)));
        }
        available.extend(layer.facts().provided());
    }
    Some(available)
}

/// Checks what a key of a route reads against the facts that are `available` behind the layers.
pub(super) fn check_key(
    (key, place): (&str, Span),
    needs: &[FactId],
    available: &[FactId],
) -> Result<(), ConfigError> {
    match needs.iter().find(|fact| !available.contains(fact)) {
        None => Ok(()),
        Some(fact) => Err(ConfigError::new(format!(
            "`{key}` needs the fact `{}`, which no layer of the route provides",
            fact.name()
        ))
        .at(place)
        .help("add a layer that provides it")),
    }
}

/// Checks what the endpoints of `upstream`, to which the route refers at `place`, are chosen by against the facts that
/// are `available` behind the layers.
pub(super) fn check_upstream(
    upstream: &Upstream,
    place: Span,
    available: &[FactId],
) -> Result<(), ConfigErrors> {
    let facts = upstream.facts();
    let mut errors = ConfigErrors::new();
    errors.extend(facts.missing(available).map(|fact| {
        let (name, fact_name) = (upstream.name(), fact.name());
        ConfigError::new(format!(
            "`balance` of upstream `{name}` needs the fact `{fact_name}`, which no layer of the route provides"
        ))
        .at(place)
        .label(format!("needs `{fact_name}`"))
        .help(format!("add a layer that provides it{}", for_example(fact)))
    }));
    errors.or(())
}

fn error(
    owner: Owner<'_>,
    layer: &BuiltLayer,
    span: Span,
    fact: FactId,
    chain: &Chain,
) -> ConfigError {
    let (name, fact_name) = (layer.name(), fact.name());
    let error = ConfigError::new(format!(
        "layer `{name}` needs the fact `{fact_name}`, which nothing before it {owner}"
    ))
    .at(span)
    .label(format!("needs `{fact_name}`"));
    match provider(chain, fact) {
        Some((provider, place)) if provider.mode() == Mode::Off => error
            .related(place, format!("would provide `{fact_name}`, but is off"))
            .help(format!(
                "remove `mode = \"off\"` from \"{}\", or \"{name}\" from here",
                provider.name()
            )),
        Some((provider, place)) => error
            .related(place, format!("provides `{fact_name}`, but runs later"))
            .help(format!("put \"{}\" before \"{name}\"", provider.name())),
        None => error.help(format!(
            "put a layer that provides `{fact_name}` before \"{name}\"{}",
            for_example(fact)
        )),
    }
}

fn for_example(fact: FactId) -> &'static str {
    if fact == FactId::of::<Identity>() {
        ", such as one of type \"api-key\""
    } else {
        ""
    }
}

/// The layer that could provide `fact` if it ran at all, or earlier.
fn provider(chain: &Chain, fact: FactId) -> Option<(&BuiltLayer, Span)> {
    let provides = |link: &Link| {
        let layer = link.layer.as_ref()?;
        layer.facts().provided().contains(&fact).then_some(())
    };
    let link = chain.links().iter().find(|link| provides(link).is_some())?;
    Some((link.layer.as_ref()?, link.span))
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway => f.write_str("in the gateway-wide list provides"),
            Self::Route { name, .. } => write!(f, "on route `{name}` provides"),
        }
    }
}

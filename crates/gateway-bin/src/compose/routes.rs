//! `[[routes]]` become plans, with every reference resolved.

use std::collections::HashMap;
use std::sync::Arc;

use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};
use gateway_core::contract::BuiltLayer;
use layer_lb::Upstream;

use super::names::Names;
use super::{RoutePlan, actions, fact_check};
use crate::file::{RouteConfig, RouteSection};
use crate::routing::{PathPattern, Pattern, RouteEntry};

/// What routes refer to.
pub(super) struct References<'a> {
    pub(super) upstreams: &'a Names<Upstream>,
    pub(super) layers: &'a Names<BuiltLayer>,
    /// The gateway-wide layers.
    pub(super) wrapping: &'a [Located<String>],
}

/// Makes the plan of each route, and the entry for the router that leads to it. A route with errors is left
/// out of both.
pub(super) fn build(
    sections: Vec<RouteSection>,
    references: &References<'_>,
    errors: &mut ConfigErrors,
) -> (Vec<RoutePlan>, Vec<RouteEntry<usize>>) {
    let mut names: HashMap<String, Span> = HashMap::new();
    let (mut plans, mut entries) = (Vec::new(), Vec::new());
    for RouteSection { config, is_whole } in sections {
        let name = config.name.clone();
        if let Some(first) = names.insert(name.to_string(), name.span()) {
            errors.push(repeated(&name, first));
        }
        let priority = config.priority;
        let Some((plan, pattern)) = errors.take(build_one(config, is_whole, references)).flatten() else {
            continue;
        };
        entries.push(RouteEntry {
            name: Arc::clone(&plan.name),
            span: name.span(),
            priority,
            pattern,
            action: plans.len(),
        });
        plans.push(plan);
    }
    (plans, entries)
}

fn build_one(
    mut config: RouteConfig,
    is_whole: bool,
    references: &References<'_>,
) -> Result<Option<(RoutePlan, Pattern)>, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    let pattern = errors.take(Pattern::new(std::mem::take(&mut config.r#match)));
    let path = pattern.as_ref().map(Pattern::path);
    let parameters = path.map(PathPattern::parameter_names).unwrap_or_default();
    let action = actions::build(&config, is_whole, &parameters, references.upstreams);
    let action = errors.take(action).flatten();
    let layers = layers(&config, references, &mut errors);
    fact_check::check(&config.name, &layers, &mut errors);
    let plan = action.zip(pattern).filter(|_| is_whole).map(|(action, pattern)| {
        let plan = RoutePlan {
            name: config.name.as_str().into(),
            layers: layers.into_iter().map(|(layer, _)| layer).collect(),
            action,
        };
        (plan, pattern)
    });
    errors.or(plan)
}

fn layers(
    config: &RouteConfig,
    references: &References<'_>,
    errors: &mut ConfigErrors,
) -> Vec<(BuiltLayer, Span)> {
    let mut layers: Vec<(BuiltLayer, Span)> = Vec::new();
    let names = references.wrapping.iter().chain(&config.layers);
    for name in names {
        let Some(layer) = errors.take(references.layers.resolve(name)).flatten() else {
            continue;
        };
        if let Some((_, first)) = layers.iter().find(|(other, _)| other.name() == layer.name()) {
            errors.push(
                ConfigError::new(format!("layer `{}` would run twice", layer.name()))
                    .at(name.span())
                    .related(*first, "it runs here already"),
            );
        }
        layers.push((layer.clone(), name.span()));
    }
    layers
}

fn repeated(name: &Located<String>, first: Span) -> ConfigError {
    ConfigError::new(format!("the name `{}` is given to two routes", **name))
        .at(name.span())
        .related(first, "first given here")
        .help("names label logs and metrics: give each route its own")
}

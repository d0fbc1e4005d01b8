//! `[[routes]]` become plans, with every reference resolved.

use std::collections::HashMap;
use std::sync::Arc;

use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};
use gateway_core::contract::BuiltLayer;
use layer_lb::Upstream;

use super::chain::Chain;
use super::fact_check::{self, Owner};
use super::names::Names;
use super::{RoutePlan, actions};
use crate::file::{RouteConfig, RouteSection};
use crate::routing::{Pattern, RouteEntry};

/// What routes refer to.
pub(super) struct References<'a> {
    pub(super) upstreams: &'a Names<Upstream>,
    pub(super) layers: &'a Names<BuiltLayer>,
    /// The gateway-wide layers.
    pub(super) wrapping: &'a Chain,
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
        if name.is_empty() {
            let error = ConfigError::new("a route's name cannot be empty").at(name.span());
            errors.push(error.help("it labels logs and metrics: say what the route is for"));
        } else if let Some(first) = names.insert(name.to_string(), name.span()) {
            errors.push(repeated(&name, first));
        }
        let priority = config.priority;
        let Some((plan, pattern)) = errors
            .take(build_one(config, is_whole, references))
            .flatten()
        else {
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
    let pattern = Pattern::new(std::mem::take(&mut config.r#match));
    // What a route lacks that is not whole, it may lack only because it was wrong.
    let pattern = if is_whole { errors.take(pattern) } else { None };
    let parameters = pattern
        .as_ref()
        .map(|pattern| pattern.path().parameter_names());
    let action = actions::build(
        &config,
        is_whole,
        parameters.as_deref(),
        references.upstreams,
    );
    let action = errors.take(action).flatten();
    let chain = references
        .wrapping
        .then(&config.layers, references.layers, &mut errors);
    let owner = Owner::Route {
        name: &config.name,
        inherited: references.wrapping.links().len(),
    };
    let available = fact_check::check(owner, &chain, &mut errors);
    if let Some(available) = available {
        for (key, place, needs) in config.reads() {
            errors.take(fact_check::check_key((key, place), &needs, &available));
        }
        for name in destinations(&config) {
            // What does not resolve is an error of its own.
            if let Ok(Some(upstream)) = references.upstreams.resolve(name) {
                errors.take(fact_check::check_upstream(
                    upstream,
                    name.span(),
                    &available,
                ));
            }
        }
    }
    let parts = action.zip(pattern).zip(chain.into_layers());
    errors.or(parts.map(|((action, pattern), layers)| {
        let plan = RoutePlan {
            name: config.name.as_str().into(),
            layers,
            action,
        };
        (plan, pattern)
    }))
}

/// The upstreams that a route names.
fn destinations(config: &RouteConfig) -> impl Iterator<Item = &Located<String>> {
    let shares = config.split.iter().flat_map(|shares| shares.iter());
    let mirror = config.mirror.iter().map(|mirror| &mirror.upstream);
    config
        .upstream
        .iter()
        .chain(shares.map(|share| &share.upstream))
        .chain(mirror)
}

fn repeated(name: &Located<String>, first: Span) -> ConfigError {
    ConfigError::new(format!("the name `{}` is given to two routes", **name))
        .at(name.span())
        .related(first, "first given here")
        .help("names label logs and metrics: give each route its own")
}

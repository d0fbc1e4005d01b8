//! Reads a file and collects everything that is wrong with it.

use gateway_core::config::{ConfigErrors, Document, Source};
use gateway_core::contract::{Registry, Resources};
use layer_auth::{Consumers, ConsumersConfig};

use super::chain::Chain;
use super::fact_check::{self, Owner};
use super::routes::References;
use super::{Configuration, layers, listeners, routes, upstreams};
use crate::file::Sections;
use crate::routing::RouteTable;

/// Reads the file `source`, whose layers are of the types in `registry`. Opens no port and starts no task.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn load(source: &Source, registry: &Registry) -> Result<Configuration, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    let Some(document) = Document::parse(source, &mut errors) else {
        return Err(errors);
    };
    let sections = source.scope(|| Sections::read(&document, registry, &mut errors));
    let listeners = listeners::build(sections.listeners, sections.admin.as_ref(), &mut errors);
    let limits = errors.take(sections.gateway.head.limits());
    let resources = resources(sections.consumers, &mut errors);
    let upstreams = upstreams::build(sections.upstreams, &mut errors);
    let layers = source.scope(|| layers::build(sections.layers, &resources, &mut errors));
    let wrapping = Chain::default().then(&sections.gateway.layers, &layers, &mut errors);
    fact_check::check(Owner::Gateway, &wrapping, &mut errors);
    let references = References {
        upstreams: &upstreams,
        layers: &layers,
        wrapping: &wrapping,
    };
    let (plans, entries) = routes::build(sections.routes, &references, &mut errors);
    match errors.take(RouteTable::build(entries)).zip(limits) {
        Some((router, limits)) => errors.or(Configuration {
            listeners,
            admin: sections.admin.map(|admin| admin.bind.get()),
            drain: sections.gateway.drain.into(),
            // Methods that routes name are served beside the usual ones.
            head: sections
                .gateway
                .head
                .policy(limits, router.named_methods().cloned().collect()),
            router,
            upstreams: upstreams.into_things(),
            plans,
        }),
        None => Err(errors),
    }
}

fn resources(consumers: ConsumersConfig, errors: &mut ConfigErrors) -> Resources {
    let mut resources = Resources::new();
    if let Some(consumers) = errors.take(Consumers::new(consumers)) {
        resources.insert(consumers);
    }
    resources
}

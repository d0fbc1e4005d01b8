//! Reads a file and collects everything that is wrong with it.

use gateway_core::config::{ConfigError, ConfigErrors, Document, Source};
use gateway_core::contract::{Registry, Resources};
use layer_auth::{Consumers, ConsumersConfig};

use super::routes::References;
use super::{Configuration, ListenerPlan, layers, routes, upstreams};
use crate::file::{ListenerConfig, Named, Sections};
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
    let listeners = listeners(sections.listeners, &mut errors);
    let resources = resources(sections.consumers, &mut errors);
    let upstreams = upstreams::build(sections.upstreams, &mut errors);
    let layers = source.scope(|| layers::build(sections.layers, &resources, &mut errors));
    let references = References {
        upstreams: &upstreams,
        layers: &layers,
        wrapping: &sections.gateway.layers,
    };
    let (plans, entries) = routes::build(sections.routes, &references, &mut errors);
    match errors.take(RouteTable::build(entries)) {
        Some(router) => errors.or(Configuration {
            listeners,
            admin: sections.admin.map(|admin| admin.bind),
            drain: sections.gateway.drain.into(),
            // Methods that routes name are served beside the usual ones.
            head: sections.gateway.head.policy(router.named_methods().cloned().collect()),
            router,
            plans,
        }),
        None => Err(errors),
    }
}

fn listeners(sections: Vec<Named<ListenerConfig>>, errors: &mut ConfigErrors) -> Vec<ListenerPlan> {
    if sections.is_empty() {
        errors.push(
            ConfigError::new("the file has no listener")
                .help("write [listeners.public] with bind = \"127.0.0.1:8080\""),
        );
    }
    let plans = sections.into_iter().filter_map(|section| {
        let config = section.element?;
        Some(ListenerPlan {
            name: section.name.into_inner(),
            bind: config.bind,
            limits: errors.take(config.http.limits())?,
            trusted: config.trusted(),
        })
    });
    plans.collect()
}

fn resources(consumers: ConsumersConfig, errors: &mut ConfigErrors) -> Resources {
    let mut resources = Resources::new();
    if let Some(consumers) = errors.take(Consumers::new(consumers)) {
        resources.insert(consumers);
    }
    resources
}

//! The sections of a file, each read by itself, so that an error in one hides none in another.

use gateway_core::config::{
    ConfigError, ConfigErrors, Document, Located, Node, decode, salvage, unknown_name,
};
use gateway_core::contract::{Registration, Registry};
use layer_auth::ConsumersConfig;
use layer_lb::UpstreamConfig;
use serde::de::DeserializeOwned;

use super::{AdminConfig, GatewayConfig, LayerConfig, ListenerConfig, RouteConfig, section_names};

/// An element under a name of the operator's choice.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// The name, with its place.
    pub name: Located<String>,
    /// The element; `None` where it had errors, so that references to it are not errors too.
    pub element: Option<T>,
}

/// `[layers.NAME]`, with the table of its type not yet read.
#[derive(Clone, Debug)]
pub struct LayerSection {
    /// What all layers have in common.
    pub config: LayerConfig,
    /// The layer's type.
    pub registration: Registration,
    /// The whole table.
    pub table: Node,
}

/// One of `[[routes]]`, as far as it could be read.
#[derive(Debug)]
pub struct RouteSection {
    /// What could be read.
    pub config: RouteConfig,
    /// Whether that is all of it; else its references are checked, but it takes no part in routing.
    pub is_whole: bool,
}

/// Everything that a file says, as far as it could be read.
#[derive(Debug, Default)]
pub struct Sections {
    /// `[listeners.*]`
    pub listeners: Vec<Named<ListenerConfig>>,
    /// `[admin]`
    pub admin: Option<AdminConfig>,
    /// `[gateway]`
    pub gateway: GatewayConfig,
    /// `[consumers.*]`
    pub consumers: ConsumersConfig,
    /// `[upstreams.*]`
    pub upstreams: Vec<Named<UpstreamConfig>>,
    /// `[layers.*]`
    pub layers: Vec<Named<LayerSection>>,
    /// `[[routes]]`
    pub routes: Vec<RouteSection>,
}

impl Sections {
    /// Reads all sections; whatever is wrong is added to `errors`.
    pub fn read(document: &Document, registry: &Registry, errors: &mut ConfigErrors) -> Self {
        let root = document.root();
        section_names::check(root, errors);
        Self {
            listeners: named(root, "listeners", errors),
            admin: section(root, "admin", errors),
            gateway: section(root, "gateway", errors).unwrap_or_default(),
            consumers: section(root, "consumers", errors).unwrap_or_default(),
            upstreams: named(root, "upstreams", errors),
            layers: layers(root, registry, errors),
            routes: routes(root, errors),
        }
    }
}

fn section<T: DeserializeOwned>(root: &Node, key: &str, errors: &mut ConfigErrors) -> Option<T> {
    let node = root.get(key)?;
    errors.take(decode(node))
}

fn named<T: DeserializeOwned>(root: &Node, key: &str, errors: &mut ConfigErrors) -> Vec<Named<T>> {
    elements(root, key, errors, |node, errors| errors.take(decode(node)))
}

fn layers(root: &Node, registry: &Registry, errors: &mut ConfigErrors) -> Vec<Named<LayerSection>> {
    elements(root, "layers", errors, |node, errors| {
        layer(node, registry, errors)
    })
}

fn elements<T>(
    root: &Node,
    key: &str,
    errors: &mut ConfigErrors,
    read: impl Fn(&Node, &mut ConfigErrors) -> Option<T>,
) -> Vec<Named<T>> {
    let entries = root.entries_of(key, errors);
    let element = |(name, node): (&Located<String>, &Node)| Named {
        name: name.clone(),
        element: read(node, errors),
    };
    let mut elements: Vec<Named<T>> = entries.map(element).collect();
    elements.extend(section_names::misplaced(root, key).map(|name| Named {
        name: name.clone(),
        element: None,
    }));
    elements
}

fn layer(node: &Node, registry: &Registry, errors: &mut ConfigErrors) -> Option<LayerSection> {
    // What is wrong with the shared keys hides nothing that is wrong with the type's own.
    let config: LayerConfig = salvage(node, &[], errors)?;
    let registration = errors.take(find_type(&config.r#type, registry))?;
    Some(LayerSection {
        config,
        registration,
        table: node.clone(),
    })
}

fn routes(root: &Node, errors: &mut ConfigErrors) -> Vec<RouteSection> {
    let Some(node) = root.get("routes") else {
        return Vec::new();
    };
    let elements = node
        .elements()
        .map_err(|error| error.help("write [[routes]] above each route"));
    let elements = errors.take(elements).unwrap_or_default();
    elements
        .iter()
        .filter_map(|node| route(node, errors))
        .collect()
}

fn route(node: &Node, errors: &mut ConfigErrors) -> Option<RouteSection> {
    let mut wrong = ConfigErrors::new();
    let config = salvage(node, &[], &mut wrong);
    let is_whole = wrong.is_empty();
    errors.extend(wrong);
    Some(RouteSection {
        config: config?,
        is_whole,
    })
}

fn find_type(name: &Located<String>, registry: &Registry) -> Result<Registration, ConfigError> {
    let known = registry.iter().map(Registration::type_name);
    let found = registry.find(name).copied();
    found.ok_or_else(|| unknown_name("layer type", name, known))
}

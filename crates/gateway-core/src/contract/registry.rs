//! Which layer types a file can name.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{BuildContext, FactFlow, GatewayLayer, RouteLayer};
use crate::config::{self, ConfigErrors, Node};

/// The keys that every layer's table takes beside those of its type.
const SHARED_KEYS: [&str; 3] = ["type", "mode", "when"];

/// The layer types that a file can name by `type = "…"`; plain function pointers, so it costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Registry(Vec<Registration>);

/// How one layer type is described and built.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    type_name: &'static str,
    schema: fn(&mut SchemaGenerator) -> Schema,
    build: Build,
}

/// Makes a layer of its table, and says which facts it needs and provides.
type Build = fn(&Node, &BuildContext<'_>) -> Result<(FactFlow, Arc<dyn RouteLayer>), ConfigErrors>;

impl Registry {
    /// No types yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the layer type `L`; it takes the place of an earlier type of the same name, so that an extender
    /// can replace one of ours.
    #[must_use]
    pub fn with<L: GatewayLayer>(mut self) -> Self {
        self.0.retain(|known| known.type_name != L::TYPE);
        self.0.push(Registration::of::<L>());
        self
    }

    /// The registration of `type_name`.
    pub fn find(&self, type_name: &str) -> Option<&Registration> {
        self.0.iter().find(|known| known.type_name == type_name)
    }

    /// All registrations, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Registration> {
        self.0.iter()
    }
}

impl Registration {
    fn of<L: GatewayLayer>() -> Self {
        Self {
            type_name: L::TYPE,
            schema: L::Config::json_schema,
            build: build::<L>,
        }
    }

    /// The value of `type`.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The JSON Schema of what stands beside `type`.
    pub fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.schema)(generator)
    }

    /// Builds the layer from its table, leaving aside the keys that all layers share.
    ///
    /// # Errors
    /// Everything that is wrong with the table.
    pub fn build(
        &self,
        table: &Node,
        cx: &BuildContext<'_>,
    ) -> Result<(FactFlow, Arc<dyn RouteLayer>), ConfigErrors> {
        (self.build)(table, cx).map_err(|errors| errors.at_if_unset(cx.span()))
    }
}

fn build<L: GatewayLayer>(
    table: &Node,
    cx: &BuildContext<'_>,
) -> Result<(FactFlow, Arc<dyn RouteLayer>), ConfigErrors> {
    let config: L::Config = config::decode_beside(table, &SHARED_KEYS)?;
    let facts = L::facts(&config);
    let layer = L::build(config, cx)?;
    Ok((facts, Arc::new(layer)))
}

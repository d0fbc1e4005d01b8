//! The JSON Schema of the whole file, made of the same types that read it.

use gateway_core::contract::{Registration, Registry};
use layer_auth::ConsumersConfig;
use layer_lb::UpstreamConfig;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{AdminConfig, GatewayConfig, LayerConfig, ListenerConfig, RouteConfig};

/// The JSON Schema of a file whose layers are of the types in `registry`.
pub fn schema(registry: &Registry) -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let layers: Vec<Value> = registry.iter().map(|known| layer(known, &mut generator)).collect();
    let mut properties = Map::new();
    let mut property = |key: &str, schema: Value| properties.insert(key.to_owned(), schema);
    property("listeners", named(of::<ListenerConfig>(&mut generator)));
    property("admin", of::<AdminConfig>(&mut generator));
    property("gateway", of::<GatewayConfig>(&mut generator));
    property("consumers", of::<ConsumersConfig>(&mut generator));
    property("upstreams", named(of::<UpstreamConfig>(&mut generator)));
    property("layers", named(json!({ "oneOf": layers })));
    property("routes", json!({ "type": "array", "items": of::<RouteConfig>(&mut generator) }));
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), "Portcullis configuration".into());
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("required".to_owned(), json!(["listeners"]));
    schema.insert("additionalProperties".to_owned(), false.into());
    schema.insert("$defs".to_owned(), generator.take_definitions(true).into());
    Schema::from(schema)
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// A table of elements under names of the operator's choice.
fn named(element: Value) -> Value {
    json!({ "type": "object", "additionalProperties": element })
}

/// The table of one layer type: its own keys and those that all layers share.
fn layer(registration: &Registration, generator: &mut SchemaGenerator) -> Value {
    let mut own = registration.schema(generator).to_value();
    let shared = LayerConfig::json_schema(generator).to_value();
    let Some(table) = own.as_object_mut() else {
        return own;
    };
    let properties = table.entry("properties").or_insert_with(|| json!({}));
    if let (Some(properties), Some(shared)) = (properties.as_object_mut(), shared["properties"].as_object()) {
        properties.extend(shared.clone());
        properties.insert("type".to_owned(), json!({ "const": registration.type_name() }));
    }
    let required = table.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.push("type".into());
    }
    own
}

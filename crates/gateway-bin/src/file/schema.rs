//! The JSON Schema of the whole file, made of the same types that read it.

use gateway_core::contract::{Registration, Registry};
use layer_auth::ConsumersConfig;
use layer_lb::UpstreamConfig;
use schemars::generate::SchemaSettings;
use schemars::transform::Transform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::schema_form::SchemaForm;
use super::{AdminConfig, GatewayConfig, LayerConfig, ListenerConfig, RouteConfig};

/// The JSON Schema of a file whose layers are of the types in `registry`.
pub fn schema(registry: &Registry) -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let layers: Vec<Value> = registry
        .iter()
        .map(|known| layer(known, &mut generator))
        .collect();
    let properties = json!({
        "listeners": named("The addresses to serve on, by name.", &of::<ListenerConfig>(&mut generator)),
        "admin": of::<AdminConfig>(&mut generator),
        "gateway": of::<GatewayConfig>(&mut generator),
        "consumers": of::<ConsumersConfig>(&mut generator),
        "upstreams": named("The services behind the gateway, by name.", &of::<UpstreamConfig>(&mut generator)),
        "layers": named("The layers that routes can name.", &json!({ "oneOf": layers })),
        "routes": {
            "type": "array",
            "description": "Which requests go where, through which layers.",
            "items": of::<RouteConfig>(&mut generator),
        },
    });
    let mut schema = json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Portcullis configuration",
        "type": "object",
        "properties": properties,
        "required": ["listeners"],
        "additionalProperties": false,
        "$defs": generator.take_definitions(true),
    });
    SchemaForm.transform(&mut schema);
    schema
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// A table of elements under names of the operator's choice.
fn named(description: &str, element: &Value) -> Value {
    json!({ "type": "object", "description": description, "additionalProperties": element })
}

/// The table of one layer type: its own keys and those that all layers share.
fn layer(registration: &Registration, generator: &mut SchemaGenerator) -> Value {
    let mut own = registration.schema(generator).to_value();
    let mut shared = LayerConfig::json_schema(generator).to_value();
    shared["properties"]["type"]["const"] = registration.type_name().into();
    let Some(table) = own.as_object_mut() else {
        return own;
    };
    let properties = table.entry("properties").or_insert_with(|| json!({}));
    if let (Some(properties), Some(shared)) =
        (properties.as_object_mut(), shared["properties"].as_object())
    {
        properties.extend(shared.clone());
    }
    let required = table.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.push("type".into());
    }
    own
}

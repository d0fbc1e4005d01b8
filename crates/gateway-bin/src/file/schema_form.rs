//! Brings the schema of Rust types into the form that the authors of a file need.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value};

/// Takes out what a file cannot have or its author has no use for: `null`, which TOML does not know, and the
/// examples in Rust of a description.
#[derive(Clone, Copy, Debug)]
pub(super) struct SchemaForm;

impl Transform for SchemaForm {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        remove_null(schema);
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = prose(description);
        }
    }
}

fn remove_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else {
        return;
    };
    choices.retain(|choice| choice["type"] != "null");
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            schema.entry(key).or_insert(value);
        }
    }
}

/// The text up to the first example, each paragraph on one line.
fn prose(text: &str) -> String {
    let text = text.split("```").next().unwrap_or_default();
    let paragraphs = text
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs
        .filter(|paragraph| !paragraph.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;

    use super::*;

    /// A gate
    /// to close.
    ///
    /// ```
    /// let gate = Gate;
    /// ```
    #[derive(JsonSchema)]
    struct Gate {
        /// What it is called.
        _name: Option<String>,
        /// What is behind it.
        _next: Option<Box<Gate>>,
    }

    #[test]
    fn no_null_and_no_rust_is_left() {
        let mut schema = schemars::schema_for!(Gate);
        SchemaForm.transform(&mut schema);
        assert_eq!(schema.get("description").unwrap(), "A gate to close.");
        let properties = &schema.get("properties").unwrap();
        assert_eq!(properties["_name"]["type"], "string");
        assert_eq!(properties["_next"]["$ref"], "#");
        assert_eq!(properties["_next"]["description"], "What is behind it.");
    }
}

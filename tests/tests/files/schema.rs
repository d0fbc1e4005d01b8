//! The JSON Schema says about a file what the gateway says, as far as a schema can.

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::support::{names_with, portcullis, wrong_directory, wrong_files};

/// Wrong files whose form is right. What is wrong with them is beyond a schema: references, the inside of
/// expressions and paths, and what several values are together.
const RIGHT_IN_FORM: &str = include_str!("right_in_form.txt");

async fn schema() -> Value {
    let ended = portcullis(Path::new("."), &["schema"]).await;
    assert_eq!(ended.code, Some(0));
    serde_json::from_str(&ended.stdout).unwrap()
}

async fn validator() -> Validator {
    jsonschema::draft202012::new(&schema().await).unwrap()
}

/// The file as JSON, if it is TOML at all.
fn json(file: &Path) -> Option<Value> {
    toml::from_str(&std::fs::read_to_string(file).unwrap()).ok()
}

#[tokio::test]
async fn it_is_a_schema() {
    let schema = schema().await;
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    jsonschema::draft202012::meta::validate(&schema).unwrap();
}

#[tokio::test]
async fn it_takes_the_examples() {
    let validator = validator().await;
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let names = names_with("toml", &examples);
    assert!(!names.is_empty());
    for name in names {
        let file = json(&examples.join(format!("{name}.toml"))).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&file)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}.toml: {errors:#?}");
    }
}

#[tokio::test]
async fn it_refuses_what_is_wrong_in_form() {
    let validator = validator().await;
    let mut taken = Vec::new();
    for name in wrong_files() {
        let file = json(&wrong_directory().join(format!("{name}.toml")));
        if file.is_some_and(|file| validator.is_valid(&file)) {
            taken.push(name);
        }
    }
    let expected: Vec<&str> = RIGHT_IN_FORM.lines().collect();
    assert_eq!(taken, expected);
}

#[tokio::test]
async fn it_explains_every_key() {
    let mut unexplained = Vec::new();
    let schema = schema().await;
    walk(&schema, "", &mut |path, schema| {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, property) in properties.into_iter().flatten() {
            if !is_explained(property, schema) {
                unexplained.push(format!("{path}.{key}"));
            }
        }
    });
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

/// A key is explained by itself, or as the only key of one of several choices.
fn is_explained(property: &Value, table: &Map<String, Value>) -> bool {
    let is_choice = table["properties"]
        .as_object()
        .is_some_and(|keys| keys.len() == 1);
    property["description"].is_string()
        || property["$ref"].is_string()
        || (is_choice && table.contains_key("description"))
}

#[tokio::test]
async fn it_is_written_for_authors_of_toml() {
    walk(&schema().await, "", &mut |path, schema| {
        assert_ne!(schema.get("type"), Some(&"null".into()), "{path}");
        assert!(!schema.get("default").is_some_and(Value::is_null), "{path}");
        if let Some(Value::String(description)) = schema.get("description") {
            assert!(!description.contains("```"), "{path}: {description}");
        }
    });
}

/// Shows every object in `value` to `visit`, with its path.
fn walk(value: &Value, path: &str, visit: &mut impl FnMut(&str, &Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(path, object);
            for (key, value) in object {
                walk(value, &format!("{path}/{key}"), visit);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, path, visit)),
        _ => {}
    }
}

//! `class` of a route.

use std::collections::BTreeMap;

use gateway_core::config::{Diagnosis, StringOrTable, Text};
use gateway_core::expression::Expression;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::admission::{Class, ClassRule};

/// How important requests are, where they are not all the same; exactly one of the keys.
///
/// ```
/// use layer_lb::{Class, ClassTable};
///
/// let table: ClassTable = serde_json::from_str(r#"{ "consumers": { "acme": "critical" } }"#)?;
/// assert!(matches!(table, ClassTable::Consumers(of) if of["acme"] == Class::Critical));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ClassTable {
    /// An expression (CEL) whose value is the name of a class; any other value means the default class.
    Cel(Expression),
    /// The classes of consumers by their names; other callers are of the default class.
    Consumers(BTreeMap<String, Class>),
    /// The classes of groups by their names. Who is in several gets the most important one, who is in none is of
    /// the default class.
    Groups(BTreeMap<String, Class>),
}

impl StringOrTable for ClassRule {
    const NAME: &'static str = "ClassRule";
    const WANTED: &'static str = "\"critical\", \"default\", \"background\", { cel = … }, \
                                  { consumers = { … } } or { groups = { … } }";
    type Table = ClassTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        Class::from_text(text).map(Self::Fixed)
    }

    fn from_table(table: ClassTable) -> Result<Self, Diagnosis> {
        match table {
            ClassTable::Cel(expression) => Ok(Self::Expression(expression)),
            ClassTable::Consumers(classes) | ClassTable::Groups(classes) if classes.is_empty() => {
                Err(Diagnosis::new("this gives nobody a class")
                    .help("name those that are not of the default class"))
            }
            ClassTable::Consumers(classes) => Ok(Self::Consumers(classes.into_iter().collect())),
            ClassTable::Groups(classes) => Ok(Self::Groups(classes.into_iter().collect())),
        }
    }

    fn text_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Class>()
    }
}

gateway_core::string_or_table!(ClassRule);

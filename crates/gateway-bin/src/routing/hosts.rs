//! One host or several.

use std::borrow::Cow;
use std::fmt;

use gateway_core::config::{Located, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::HostPattern;

/// The hosts a route is for: a string, or an array of strings.
#[derive(Clone, Debug)]
pub struct Hosts(pub(super) Vec<Located<HostPattern>>);

impl<'de> Deserialize<'de> for Hosts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HostsVisitor)
    }
}

struct HostsVisitor;

impl<'de> Visitor<'de> for HostsVisitor {
    type Value = Hosts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, or an array of these", HostPattern::WANTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Hosts, E> {
        let host = HostPattern::deserialize(StrDeserializer::new(text))?;
        Ok(Hosts(vec![host.into()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Hosts, A::Error> {
        let mut hosts = Vec::new();
        while let Some(host) = elements.next_element()? {
            hosts.push(host);
        }
        Ok(Hosts(hosts))
    }
}

impl JsonSchema for Hosts {
    fn schema_name() -> Cow<'static, str> {
        "Hosts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let host = generator.subschema_for::<HostPattern>();
        json_schema!({
            "description": "One host or several.",
            "anyOf": [host, { "type": "array", "items": host, "minItems": 1, "uniqueItems": true }],
        })
    }
}

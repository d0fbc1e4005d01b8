//! One of `endpoints`.

use gateway_core::config::{Diagnosis, Located, StringOrTable, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

use super::EndpointUrl;

/// One endpoint of an upstream: its URL, or a table with more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointConfig {
    /// Where it listens.
    pub url: EndpointUrl,
    /// Its share of the requests, compared with the other endpoints. From 1 to 1000.
    pub weight: Located<u32>,
    /// Whose turn it is first: endpoints of a higher number get requests once those of lower ones cannot take them.
    pub priority: Located<u32>,
}

/// The long form of an endpoint.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EndpointTable {
    /// Where it listens.
    url: EndpointUrl,
    /// Its share of the requests, compared with the other endpoints. From 1 to 1000.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    weight: Located<u32>,
    /// Whose turn it is first: endpoints of a higher number get requests once those of lower ones cannot take them.
    #[serde(default)]
    priority: Located<u32>,
}

fn one() -> Located<u32> {
    1.into()
}

impl From<EndpointUrl> for EndpointConfig {
    fn from(url: EndpointUrl) -> Self {
        Self {
            url,
            weight: one(),
            priority: 0.into(),
        }
    }
}

impl StringOrTable for EndpointConfig {
    const NAME: &'static str = "Endpoint";
    const WANTED: &'static str = "the URL of an endpoint, or a table with `url`";
    type Table = EndpointTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        EndpointUrl::from_text(text).map(Self::from)
    }

    fn from_table(table: EndpointTable) -> Result<Self, Diagnosis> {
        Ok(Self {
            url: table.url,
            weight: table.weight,
            priority: table.priority,
        })
    }

    fn text_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<EndpointUrl>()
    }
}

gateway_core::string_or_table!(EndpointConfig);

impl Serialize for EndpointConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = EndpointTable {
            url: self.url.clone(),
            weight: self.weight,
            priority: self.priority,
        };
        table.serialize(serializer)
    }
}

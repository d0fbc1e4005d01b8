//! One of `endpoints`.

use gateway_core::config::{Diagnosis, Located, StringOrTable, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

use super::EndpointUrl;

/// One endpoint of an upstream: its URL, or a table with more.
///
/// ```
/// use layer_lb::{EndpointConfig, EndpointUrl};
///
/// let endpoint = EndpointConfig::from("http://10.0.0.5:9000".parse::<EndpointUrl>()?);
/// assert_eq!((*endpoint.weight, *endpoint.priority), (1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointConfig {
    /// Where it listens.
    pub url: EndpointUrl,
    /// Its share of the requests, compared with the other endpoints. From 1 to 1000.
    pub weight: Located<u32>,
    /// Its tier: 0 comes first, the next takes over where too little of it is available. Envoy's `priority`.
    pub priority: Located<u32>,
}

/// The long form of an endpoint.
///
/// ```
/// use layer_lb::{EndpointConfig, EndpointTable};
/// use gateway_core::config::StringOrTable;
///
/// let table: EndpointTable = serde_json::from_str(r#"{ "url": "http://10.0.0.6:9000", "weight": 2 }"#)?;
/// assert_eq!(*EndpointConfig::from_table(table)?.weight, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EndpointTable {
    /// Where it listens.
    url: EndpointUrl,
    /// Its share of the requests, compared with the other endpoints. From 1 to 1000.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    weight: Located<u32>,
    /// Its tier, from 0 to 15. Requests go to tier 0 as long as 71 % of it are available, counted by weight; the next
    /// takes over what it cannot take.
    #[serde(default)]
    #[schemars(range(max = 15))]
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
            priority: Located::default(),
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

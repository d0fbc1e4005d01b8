//! `balance`.

use gateway_core::config::{Diagnosis, Located, StringOrTable, did_you_mean};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use super::{HashKeyConfig, LoadBound, StickyConfig};

/// How the next endpoint is chosen. All ways heed `weight`, `priority` and health.
///
/// ```
/// use layer_lb::BalanceConfig;
///
/// let config: BalanceConfig = serde_json::from_str(r#""peak-ewma""#)?;
/// assert_eq!(config, BalanceConfig::PeakEwma);
/// let config: BalanceConfig =
///     serde_json::from_str(r#"{ "hash": "consumer", "load-bound": "125%" }"#)?;
/// assert!(matches!(config, BalanceConfig::Hash(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum BalanceConfig {
    /// Of two endpoints that are drawn by weight, the one with fewer requests in flight. Envoy's `LEAST_REQUEST`.
    #[default]
    LeastRequest,
    /// One after the other, each as often as its weight says.
    RoundRobin,
    /// Of two endpoints that are drawn by weight, the one where latency × requests in flight is less.
    PeakEwma,
    /// One that is drawn by weight.
    Random,
    /// Requests of the same key go to the same endpoint.
    Hash(HashConfig),
    /// A client stays with the endpoint that it came to first.
    Sticky(StickyConfig),
}

/// `{ hash = …, load-bound = … }`
///
/// ```
/// use layer_lb::balance::HashKey;
/// use layer_lb::{BalanceConfig, HashConfig};
///
/// let balance = BalanceConfig::Hash(HashConfig {
///     key: HashKey::Address.into(),
///     load_bound: Some("125%".parse()?),
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HashConfig {
    /// What endpoints are chosen by.
    pub key: HashKeyConfig,
    /// How much more than its share an endpoint may have to do before its keys go on to another.
    pub load_bound: Option<LoadBound>,
}

/// The long form of `balance`: either `hash` or `sticky`.
///
/// ```
/// use gateway_core::config::StringOrTable;
/// use layer_lb::{BalanceConfig, BalanceTable};
///
/// let table: BalanceTable = serde_json::from_str(r#"{ "hash": "address" }"#)?;
/// assert!(matches!(BalanceConfig::from_table(table)?, BalanceConfig::Hash(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BalanceTable {
    /// Consistent hashing: requests of the same key go to the same endpoint. When an endpoint goes, its keys alone
    /// move. A request without the key goes anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<HashKeyConfig>,
    /// How much of its share of all requests in flight an endpoint may have, by weight, before its keys go on to another
    /// one; more than 100 %, up to 1000 %. Left out, any amount. Only beside `hash`.
    #[serde(skip_serializing_if = "Option::is_none")]
    load_bound: Option<Located<LoadBound>>,
    /// A signed cookie that keeps a client with the endpoint that it came to first, as long as that is available.
    #[serde(skip_serializing_if = "Option::is_none")]
    sticky: Option<StickyConfig>,
}

const WORDS: [&str; 4] = ["least-request", "round-robin", "peak-ewma", "random"];

impl StringOrTable for BalanceConfig {
    const NAME: &'static str = "Balance";
    const WANTED: &'static str = "\"least-request\", \"round-robin\", \"peak-ewma\", \"random\", { hash = … } or { sticky = … }";
    type Table = BalanceTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        Ok(match text {
            "least-request" => Self::LeastRequest,
            "round-robin" => Self::RoundRobin,
            "peak-ewma" => Self::PeakEwma,
            "random" => Self::Random,
            _ => {
                let diagnosis = Diagnosis::new(format!("endpoints cannot be chosen by {text:?}"));
                return Err(diagnosis.help(match (text, did_you_mean(text, WORDS)) {
                    ("hash", _) => "write { hash = { header = \"x-user\" } }".to_owned(),
                    ("sticky", _) => {
                        "write { sticky = { cookie = \"lb\", secret = { env = \"NAME\" } } }"
                            .to_owned()
                    }
                    (_, Some(word)) => format!("did you mean \"{word}\"?"),
                    (_, None) => format!("write {}", Self::WANTED),
                }));
            }
        })
    }

    fn from_table(table: BalanceTable) -> Result<Self, Diagnosis> {
        match table {
            BalanceTable {
                hash: Some(key),
                load_bound,
                sticky: None,
            } => Ok(Self::Hash(HashConfig {
                key,
                load_bound: load_bound.map(Located::into_inner),
            })),
            BalanceTable {
                hash: None,
                load_bound: None,
                sticky: Some(sticky),
            } => Ok(Self::Sticky(sticky)),
            BalanceTable {
                hash: Some(_),
                sticky: Some(_),
                ..
            } => Err(Diagnosis::new("`sticky` cannot stand beside `hash`")
                .help("keep one of the two: the cookie or the hash says where a request goes")),
            BalanceTable {
                hash: None,
                load_bound: Some(_),
                ..
            } => Err(Diagnosis::new("`load-bound` belongs to `hash`").help(
                "remove it: least request, by which other endpoints are found, bounds the load",
            )),
            BalanceTable { .. } => Err(Diagnosis::new("this table says nothing")
                .help("write { hash = … } or { sticky = … }")),
        }
    }

    fn text_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": WORDS })
    }
}

gateway_core::string_or_table!(BalanceConfig);

impl Serialize for BalanceConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = match self {
            Self::LeastRequest => return serializer.serialize_str("least-request"),
            Self::RoundRobin => return serializer.serialize_str("round-robin"),
            Self::PeakEwma => return serializer.serialize_str("peak-ewma"),
            Self::Random => return serializer.serialize_str("random"),
            Self::Hash(HashConfig { key, load_bound }) => BalanceTable {
                hash: Some(key.clone()),
                load_bound: load_bound.map(Located::from),
                sticky: None,
            },
            Self::Sticky(sticky) => BalanceTable {
                hash: None,
                load_bound: None,
                sticky: Some(sticky.clone()),
            },
        };
        table.serialize(serializer)
    }
}

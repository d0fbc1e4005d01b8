//! `retry`.

use gateway_core::config::{Diagnosis, Duration, Located, StringOrTable};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use super::RetryOn;

/// When requests are sent again: `"off"`, or a table. What a route says takes the place of what its upstream says, key
/// by key.
///
/// ```
/// use layer_lb::RetryConfig;
///
/// assert_eq!(serde_json::from_str::<RetryConfig>(r#""off""#)?, RetryConfig::Off);
/// assert!(matches!(RetryConfig::default(), RetryConfig::On(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetryConfig {
    /// No request is sent again.
    Off,
    /// As the table says.
    On(RetryTable),
}

/// When requests are sent again.
///
/// ```
/// use layer_lb::RetryTable;
///
/// let config: RetryTable = serde_json::from_str(r#"{ "attempts": 2, "on": ["reset", "502-504"] }"#)?;
/// assert_eq!(config.attempts.as_deref(), Some(&2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetryTable {
    /// How often a request may be sent again; 1 by default. From 1 to 7. Envoy's `num_retries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 7))]
    pub attempts: Option<Located<u32>>,
    /// What must happen for that; `["connect-failure", "reset", "503"]` by default. Envoy's `retry_on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub on: Option<Located<Vec<RetryOn>>>,
    /// Whether requests are sent again that may have reached an endpoint and must not be handled twice, such as
    /// POST (RFC 9110, section 9.2.2); false by default. What provably has not reached one may always be sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_idempotent: Option<bool>,
    /// How long each try may take until its response begins; by default as long as all of them together. Envoy's
    /// `per_try_timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Located<Duration>>,
    /// How long to wait before another try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff: Option<BackoffConfig>,
    /// How long a `Retry-After` may be that is waited for; a response that asks for more is passed on. `"1s"` by
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_retry_after: Option<Duration>,
}

/// How long to wait before another try: at random, up to a bound that grows with each.
///
/// ```
/// use layer_lb::BackoffConfig;
///
/// let config: BackoffConfig = serde_json::from_str(r#"{ "max": "1s" }"#)?;
/// assert_eq!(config.base.as_millis(), 25);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct BackoffConfig {
    /// The bound before the first retry; before the second it is three times, before the third seven times as
    /// long. Envoy's `base_interval`.
    pub base: Located<Duration>,
    /// The longest bound; ten times the base by default. Envoy's `max_interval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Located<Duration>>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::On(RetryTable::default())
    }
}

impl Default for BackoffConfig {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(25).into(),
            max: None,
        }
    }
}

impl StringOrTable for RetryConfig {
    const NAME: &'static str = "Retry";
    const WANTED: &'static str = "\"off\", or a table such as { attempts = 2 }";
    type Table = RetryTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text {
            "off" => Ok(Self::Off),
            _ => Err(
                Diagnosis::new(format!("expected {}, found {text:?}", Self::WANTED))
                    .help("leave `retry` out for the default"),
            ),
        }
    }

    fn from_table(table: RetryTable) -> Result<Self, Diagnosis> {
        Ok(Self::On(table))
    }

    fn text_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": "off" })
    }
}

gateway_core::string_or_table!(RetryConfig);

impl Serialize for RetryConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::On(table) => table.serialize(serializer),
        }
    }
}

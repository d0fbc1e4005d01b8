//! `concurrency`.

use gateway_core::config::{
    ConfigError, ConfigErrors, Diagnosis, Duration, Located, Percent, StringOrTable,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use crate::admission::AdaptiveRules;

/// The largest limit that stands here.
const MAX: usize = 1_000_000;
/// The shortest window: below it, too little happens in one.
const MIN_WINDOW: Duration = Duration::from_millis(10);

/// How the limit of requests in flight is found: `"adaptive"`, or a table with its bounds.
///
/// ```
/// use layer_lb::ConcurrencyConfig;
///
/// let config: ConcurrencyConfig = serde_json::from_str(r#""adaptive""#)?;
/// assert_eq!(config, ConcurrencyConfig::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConcurrencyConfig(ConcurrencyTable);

/// The bounds within which the limit of requests in flight is found out from how long responses take.
///
/// ```
/// use layer_lb::ConcurrencyTable;
///
/// let table: ConcurrencyTable = serde_json::from_str(r#"{ "max": 200 }"#)?;
/// assert_ne!(table, ConcurrencyTable::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConcurrencyTable {
    /// The limit is never lower. From 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000))]
    min: Located<usize>,
    /// The limit is never higher. From `min` to 1000000.
    #[schemars(range(min = 1, max = 1_000_000))]
    max: Located<usize>,
    /// How much longer than without load responses may take before the limit shrinks. From 1 % to 100 %.
    tolerance: Located<Percent>,
    /// How long outcomes are gathered before the limit changes; longer where responses take longer, or are few. At
    /// least 10 ms.
    window: Located<Duration>,
    /// After how long under full load the limit is lowered for a moment, to see how long responses take without.
    /// At least ten times `window`.
    probe: Located<Duration>,
}

impl ConcurrencyConfig {
    /// Finds what makes no sense.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        let Self(table) = self;
        for limit in [&table.min, &table.max] {
            if !(1..=MAX).contains(&**limit) {
                let message = format!("a limit of requests is a number from 1 to {MAX}");
                errors.push(ConfigError::new(message).at(limit.span()));
            }
        }
        if *table.max < *table.min {
            errors.push(
                ConfigError::new(format!(
                    "`max`, {}, is less than `min`, {}",
                    *table.max, *table.min
                ))
                .at_pair(table.max.span(), table.min.span(), "more than that"),
            );
        }
        if table.tolerance.get() < 1.0 {
            let error = ConfigError::new("a tolerance is from 1% to 100%");
            errors.push(error.at(table.tolerance.span()));
        }
        if *table.window < MIN_WINDOW {
            let error = ConfigError::new(format!("a window is at least {MIN_WINDOW} long"));
            errors.push(error.at(table.window.span()));
        }
        if table.probe.get() < table.window.saturating_mul(10) {
            let error = ConfigError::new("this leaves no time between two probes");
            errors.push(
                error
                    .at_pair(
                        table.probe.span(),
                        table.window.span(),
                        "a window is so long",
                    )
                    .help("a probe takes four windows: write at least ten times `window`"),
            );
        }
    }

    /// What it means.
    pub(crate) fn rules(&self) -> AdaptiveRules {
        let Self(table) = self;
        AdaptiveRules {
            min: *table.min,
            max: *table.max,
            tolerance: table.tolerance.fraction(),
            window: table.window.get(),
            probe: table.probe.get(),
        }
    }
}

impl Default for ConcurrencyTable {
    fn default() -> Self {
        Self {
            min: 3.into(),
            max: 1000.into(),
            tolerance: Percent::new(50.0).into(),
            window: Duration::from_millis(100).into(),
            probe: Duration::from_secs(60).into(),
        }
    }
}

impl StringOrTable for ConcurrencyConfig {
    const NAME: &'static str = "Concurrency";
    const WANTED: &'static str = "\"adaptive\", or a table with the bounds of the limit";
    type Table = ConcurrencyTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text {
            "adaptive" => Ok(Self::default()),
            _ => Err(
                Diagnosis::new(format!("expected {}, found {text:?}", Self::WANTED))
                    .help("for a fixed limit, write `limits = { requests = 100 }`"),
            ),
        }
    }

    fn from_table(table: ConcurrencyTable) -> Result<Self, Diagnosis> {
        Ok(Self(table))
    }

    fn text_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": "adaptive" })
    }
}

gateway_core::string_or_table!(ConcurrencyConfig);

impl Serialize for ConcurrencyConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

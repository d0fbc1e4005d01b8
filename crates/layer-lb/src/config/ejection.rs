//! `ejection`.

use gateway_core::config::{
    ConfigError, ConfigErrors, Diagnosis, Duration, Located, Percent, StringOrTable,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use super::SuccessRateConfig;

/// Whether endpoints that fail requests are taken out for a while: `"off"`, or a table that says when and for how
/// long. On by default.
///
/// ```
/// use layer_lb::{EjectionConfig, UpstreamConfig};
///
/// let mut config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// assert!(matches!(config.ejection, EjectionConfig::On(_)));
/// config.ejection = EjectionConfig::Off;
/// # Ok::<(), gateway_core::config::Diagnosis>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum EjectionConfig {
    /// Never.
    Off,
    /// As the table says.
    On(EjectionTable),
}

/// When an endpoint that fails requests is taken out, and for how long. Envoy's outlier detection.
///
/// ```
/// use layer_lb::EjectionTable;
///
/// let ejection: EjectionTable = serde_json::from_str(r#"{ "time": "10s" }"#).unwrap();
/// assert_eq!(*ejection.consecutive_failures, 5);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct EjectionTable {
    /// How many requests must fail one after the other: with 5xx, without a connection, without a response in time
    /// or by a reset. From 1 to 1000. Envoy's `consecutive_5xx`.
    #[schemars(range(min = 1, max = 1000))]
    pub consecutive_failures: Located<u32>,
    /// How long the first ejection takes; the next one takes twice as long, and so on. Each such time without an
    /// ejection makes the next one shorter again. From 1 ms to 1 h. Envoy's `base_ejection_time`.
    pub time: Located<Duration>,
    /// How long an ejection takes at most. Not less than `time`, at most 1 d. Envoy's `max_ejection_time`.
    pub max_time: Located<Duration>,
    /// How many of the endpoints may be ejected at a time, rounded down; one always may, the last that is
    /// available never. Envoy's `max_ejection_percent`.
    pub max: Percent,
    /// Ejects endpoints that fail more often than the others, too. Off unless it stands here; `{}` takes its defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_rate: Option<SuccessRateConfig>,
}

const LONGEST_TIME: Duration = Duration::from_secs(3600);
const LEFT_OUT_MAX_TIME: Duration = Duration::from_secs(300);
const LONGEST_MAX_TIME: Duration = Duration::from_secs(86_400);

impl EjectionConfig {
    /// Finds values outside their range.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        if let Self::On(table) = self {
            table.check(errors);
        }
    }
}

impl EjectionTable {
    fn check(&self, errors: &mut ConfigErrors) {
        if !(1..=1000).contains(&*self.consecutive_failures) {
            let error = ConfigError::new("`consecutive-failures` is a number from 1 to 1000");
            errors.push(error.at(self.consecutive_failures.span()));
        }
        if self.time.is_zero() || *self.time > LONGEST_TIME {
            let error = ConfigError::new("an ejection takes from 1ms to 1h at first");
            errors.push(
                error
                    .at(self.time.span())
                    .help("to eject no endpoint, write `ejection = \"off\"`"),
            );
        } else if *self.max_time < *self.time || *self.max_time > LONGEST_MAX_TIME {
            let message = format!("`max-time` lies between `time`, {}, and 1d", *self.time);
            let error = ConfigError::new(message);
            errors.push(
                error
                    .at_pair(
                        self.max_time.span(),
                        self.time.span(),
                        "the first ejection takes so long",
                    )
                    .help(format!("`max-time` is {LEFT_OUT_MAX_TIME} when left out")),
            );
        }
        if let Some(success_rate) = &self.success_rate {
            success_rate.check(errors);
        }
    }
}

impl Default for EjectionTable {
    fn default() -> Self {
        Self {
            consecutive_failures: 5.into(),
            time: Duration::from_secs(30).into(),
            max_time: LEFT_OUT_MAX_TIME.into(),
            max: Percent::new(50.0),
            success_rate: None,
        }
    }
}

impl Default for EjectionConfig {
    fn default() -> Self {
        Self::On(EjectionTable::default())
    }
}

impl StringOrTable for EjectionConfig {
    const NAME: &'static str = "Ejection";
    const WANTED: &'static str = "\"off\", or a table such as { consecutive-failures = 5 }";
    type Table = EjectionTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text {
            "off" => Ok(Self::Off),
            _ => Err(Diagnosis::new(format!(
                "expected {}, found {text:?}",
                Self::WANTED
            ))),
        }
    }

    fn from_table(table: EjectionTable) -> Result<Self, Diagnosis> {
        Ok(Self::On(table))
    }

    fn text_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": "off" })
    }
}

gateway_core::string_or_table!(EjectionConfig);

impl Serialize for EjectionConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::On(table) => table.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_wrong, findings};

    #[test]
    fn both_forms() {
        for right in ["\"off\"", "{}", "{ success-rate = {} }"] {
            let text = format!("endpoints = [\"http://a\"]\nejection = {right}\n");
            assert_eq!(findings(&text), "");
        }
        let message = "expected \"off\", or a table such as { consecutive-failures = 5 }";
        assert_wrong(
            "ejection",
            "\"on\"",
            &format!("{message}, found \"on\""),
            "\"on",
        );
        assert_wrong(
            "ejection",
            "true",
            &format!("{message}, found `true`"),
            "true",
        );
    }

    #[test]
    fn what_is_out_of_range_is_shown_at_its_place() {
        for (value, message, place) in [
            (
                "{ consecutive-failures = 0 }",
                "`consecutive-failures` is a number from 1 to 1000",
                "0",
            ),
            (
                r#"{ time = "0s" }"#,
                "an ejection takes from 1ms to 1h at first",
                "\"0s",
            ),
            (
                r#"{ time = "10s", max-time = "5s" }"#,
                "`max-time` lies between `time`, 10s, and 1d",
                "\"5s",
            ),
            (
                r#"{ max = "101%" }"#,
                "101% is not between 0 and 100",
                "\"101",
            ),
            (
                r#"{ success-rate = { window = "10ms" } }"#,
                "a window is from 1s to 1h long",
                "\"10ms",
            ),
            (
                "{ success-rate = { factor = 0 } }",
                "`factor` is a number from 0.1 to 10",
                "0",
            ),
            (
                "{ success-rate = { endpoints = 1 } }",
                "`endpoints` is a number from 2 to 1000",
                "1",
            ),
            (
                "{ success-rate = { requests = 0 } }",
                "`requests` is a number from 1 to 1000000",
                "0",
            ),
        ] {
            assert_wrong("ejection", value, message, place);
        }
    }
}

//! `health-check`.

use std::ops::RangeInclusive;

use gateway_core::config::{ConfigError, ConfigErrors, Duration, HeaderValue, Located, Percent};
use http::uri::{Authority, PathAndQuery};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ExpectConfig;

/// How endpoints are asked whether they are well. Exactly one of `path`, `grpc` and `tcp` says what they are asked.
///
/// ```
/// use layer_lb::{HealthCheckConfig, UpstreamConfig};
///
/// let mut config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// config.health_check = Some(HealthCheckConfig::http("/healthz").into());
/// # Ok::<(), gateway_core::config::Diagnosis>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct HealthCheckConfig {
    /// A GET for this path, which may have a query, must be answered as `expect` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Located<String>>,
    /// The method `Check` of the gRPC service `grpc.health.v1.Health` must answer `SERVING` for this service; `""`
    /// asks for the server as a whole. Always over HTTP/2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grpc: Option<Located<String>>,
    /// `true`: a connection must come about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<Located<bool>>,
    /// The host that is asked for; that of the endpoint unless it stands here. Not beside `tcp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Located<HeaderValue>>,
    /// What the answer must be. Only beside `path`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Located<ExpectConfig>>,
    /// How long after the beginning of a check of an endpoint the next one begins. From 100 ms to 1 h.
    pub interval: Located<Duration>,
    /// The same for an endpoint that is unhealthy; `interval` unless it stands here. From 100 ms to 1 h.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_unhealthy: Option<Located<Duration>>,
    /// The same while the upstream gets no requests; `interval` unless it stands here. From 100 ms to 1 h. Envoy's
    /// `no_traffic_interval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_idle: Option<Located<Duration>>,
    /// By how much an interval is shortened at most, at random, so that neither endpoints nor replicas of the gateway
    /// keep step. From 0% to 50%.
    pub jitter: Located<Percent>,
    /// How long a check may take, the connection included. From 1 ms to 1 h.
    pub timeout: Located<Duration>,
    /// How many checks must pass, one after the other, before an unhealthy endpoint is healthy again. The first that
    /// passes suffices where none has passed before. From 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub healthy: Located<u32>,
    /// How many checks must fail, one after the other, before a healthy endpoint is unhealthy. The very first check
    /// suffices. From 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub unhealthy: Located<u32>,
}

const INTERVALS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(3600);
const TIMEOUTS: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(3600);
const THRESHOLDS: RangeInclusive<u32> = 1..=100;
const MOST_JITTER: f64 = 50.0;
/// As long as a name in DNS, which is what services are called after.
const LONGEST_SERVICE: usize = 255;

impl HealthCheckConfig {
    /// Asks for `path` over HTTP, and for the rest by defaults.
    pub fn http(path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into().into()),
            ..Self::default()
        }
    }

    /// Asks for the gRPC service `service`, and for the rest by defaults.
    pub fn grpc(service: impl Into<String>) -> Self {
        Self {
            grpc: Some(service.into().into()),
            ..Self::default()
        }
    }

    /// Asks for a connection alone, and for the rest by defaults.
    pub fn tcp() -> Self {
        Self {
            tcp: Some(true.into()),
            ..Self::default()
        }
    }

    /// The path and query that are asked for.
    pub(crate) fn target(path: &str) -> Option<PathAndQuery> {
        let target: PathAndQuery = path.parse().ok()?;
        // The parser leaves out what stands behind `#`.
        (path.starts_with('/') && target.as_str() == path).then_some(target)
    }

    /// Finds what is wrong beyond the form.
    pub(crate) fn check(config: &Located<Self>, errors: &mut ConfigErrors) {
        config.check_kind(config, errors);
        for interval in [Some(&config.interval)]
            .into_iter()
            .chain([&config.interval_unhealthy, &config.interval_idle].map(Option::as_ref))
            .flatten()
            .filter(|interval| !INTERVALS.contains(interval))
        {
            let error = ConfigError::new("an interval of checks is from 100ms to 1h");
            errors.push(error.at(interval.span()));
        }
        if !TIMEOUTS.contains(&config.timeout) {
            let error = ConfigError::new("a check may take from 1ms to 1h");
            errors.push(error.at(config.timeout.span()));
        }
        if config.jitter.get() > MOST_JITTER {
            let error = ConfigError::new("an interval is shortened by at most 50%");
            errors.push(error.at(config.jitter.span()));
        }
        for threshold in [&config.healthy, &config.unhealthy] {
            if !THRESHOLDS.contains(threshold) {
                let error = ConfigError::new("a threshold is a number from 1 to 100");
                errors.push(error.at(threshold.span()));
            }
        }
    }

    /// Finds what is wrong with what is asked.
    fn check_kind(&self, whole: &Located<Self>, errors: &mut ConfigErrors) {
        let kinds = [
            ("path", self.path.as_ref().map(Located::span)),
            ("grpc", self.grpc.as_ref().map(Located::span)),
            ("tcp", self.tcp.as_ref().map(Located::span)),
        ];
        let mut given = kinds.iter().filter_map(|(key, span)| Some((key, (*span)?)));
        match (given.next(), given.next()) {
            (None, _) => {
                let error = ConfigError::new("a check needs one of `path`, `grpc` and `tcp`");
                errors.push(
                    error
                        .at(whole.span())
                        .help("write what to ask, such as `path = \"/healthz\"`"),
                );
            }
            (Some((first, at)), Some((second, beside))) => {
                let message = format!("`{second}` cannot stand beside `{first}`");
                errors.push(
                    ConfigError::new(message)
                        .at(beside)
                        .related(at, "only one of them can be asked")
                        .help("keep one of the two"),
                );
            }
            _ => {}
        }
        if let Some(path) = &self.path
            && Self::target(path).is_none()
        {
            let error = ConfigError::new("this is not a path");
            errors.push(
                error
                    .at(path.span())
                    .help("write one such as \"/healthz\", with what is special in it escaped"),
            );
        }
        if let Some(service) = &self.grpc
            && service.len() > LONGEST_SERVICE
        {
            let message = format!("the name of a service has at most {LONGEST_SERVICE} bytes");
            errors.push(ConfigError::new(message).at(service.span()));
        }
        if let Some(tcp) = self.tcp.as_ref().filter(|tcp| !***tcp) {
            let error = ConfigError::new("a check that asks nothing");
            errors.push(
                error
                    .at(tcp.span())
                    .help("leave `health-check` out, or write `tcp = true`"),
            );
        }
        self.check_what_belongs(errors);
    }

    /// Finds keys that say something about a check of another kind.
    fn check_what_belongs(&self, errors: &mut ConfigErrors) {
        if let Some(host) = &self.host {
            let is_host = host
                .to_str()
                .is_ok_and(|host| host.parse::<Authority>().is_ok());
            if self.tcp.is_some() {
                let error = ConfigError::new("a check by `tcp` names no host");
                errors.push(error.at(host.span()).help("leave it out"));
            } else if !is_host {
                let error = ConfigError::new("this is not a host");
                errors.push(
                    error
                        .at(host.span())
                        .help("write a name, with a port where it needs one"),
                );
            }
        }
        if let Some(expect) = &self.expect {
            if self.path.is_none() {
                let error = ConfigError::new("`expect` is about the answer to `path`");
                errors.push(error.at(expect.span()).help("leave it out"));
            }
            expect.check(errors);
        }
    }
}

impl Default for HealthCheckConfig {
    fn default() -> Self {
        Self {
            path: None,
            grpc: None,
            tcp: None,
            host: None,
            expect: None,
            interval: Duration::from_secs(5).into(),
            interval_unhealthy: None,
            interval_idle: None,
            jitter: Percent::new(10.0).into(),
            timeout: Duration::from_secs(2).into(),
            healthy: 2.into(),
            unhealthy: 3.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_wrong, findings};

    #[test]
    fn exactly_one_question() {
        for right in [r#"path = "/a?b=%20""#, r#"grpc = """#, "tcp = true"] {
            let text = format!("endpoints = [\"http://a\"]\nhealth-check = {{ {right} }}\n");
            assert_eq!(findings(&text), "");
        }
        for (value, message, place) in [
            (
                r#"{ timeout = "1s" }"#,
                "a check needs one of `path`, `grpc` and `tcp`",
                "{",
            ),
            (
                r#"{ path = "/", tcp = true }"#,
                "`tcp` cannot stand beside `path`",
                "true",
            ),
            ("{ tcp = false }", "a check that asks nothing", "false"),
            (r#"{ path = "healthz" }"#, "this is not a path", "\"healthz"),
            (r#"{ path = "/a#b" }"#, "this is not a path", "\"/a"),
            (r#"{ path = "/a b" }"#, "this is not a path", "\"/a"),
            (
                r#"{ path = "/", host = "a/b" }"#,
                "this is not a host",
                "\"a/b",
            ),
            (
                r#"{ tcp = true, host = "a" }"#,
                "a check by `tcp` names no host",
                "\"a",
            ),
            (
                "{ tcp = true, expect = {} }",
                "`expect` is about the answer to `path`",
                "{}",
            ),
        ] {
            assert_wrong("health-check", value, message, place);
        }
        let long = format!("{{ grpc = \"{}\" }}", "x".repeat(256));
        let message = "the name of a service has at most 255 bytes";
        assert_wrong("health-check", &long, message, "\"x");
    }

    #[test]
    fn what_is_out_of_range_is_shown_at_its_place() {
        let interval = "an interval of checks is from 100ms to 1h";
        let threshold = "a threshold is a number from 1 to 100";
        for (key, value, message) in [
            ("expect.status", "[]", "no status would be right"),
            (
                "expect.body",
                "\"\"",
                "the text to look for has from 1 to 1024 bytes",
            ),
            ("interval", "\"99ms\"", interval),
            ("interval-unhealthy", "\"2h\"", interval),
            ("interval-idle", "\"0s\"", interval),
            ("timeout", "\"0s\"", "a check may take from 1ms to 1h"),
            (
                "jitter",
                "\"51%\"",
                "an interval is shortened by at most 50%",
            ),
            ("healthy", "0", threshold),
            ("unhealthy", "101", threshold),
        ] {
            let table = format!("{{ {key} = {value}, path = \"/\" }}");
            assert_wrong("health-check", &table, message, value);
        }
        assert_wrong(
            "health-check",
            r#"{ path = "/", expect = { status = [204, "2xx"] } }"#,
            "expected statuses such as \"200-299\", found \"2xx\"",
            "\"2xx",
        );
        assert_wrong(
            "health-check",
            r#"{ path = "/", expect = { status = ["200-999"] } }"#,
            "999 is no status that ends an exchange: they go from 200 to 599",
            "999",
        );
    }
}

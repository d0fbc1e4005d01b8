//! `[upstreams.NAME]`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    BalanceConfig, CircuitBreakerConfig, ConcurrencyConfig, EndpointConfig, EndpointUrl,
    KeepAliveConfig, LimitsConfig, Protocol, ShedConfig, TimeoutConfig,
};
use crate::admission::AdmissionRules;

/// The largest weight of an endpoint.
const MAX_WEIGHT: u32 = 1000;

/// A service behind the gateway: where it runs and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Where the service runs.
    #[schemars(length(min = 1))]
    pub endpoints: Located<Vec<Located<EndpointConfig>>>,
    /// What the endpoints speak.
    #[serde(default)]
    pub protocol: Protocol,
    /// How the next endpoint is chosen.
    #[serde(default)]
    pub balance: BalanceConfig,
    /// How long an exchange may take.
    #[serde(default)]
    pub timeout: TimeoutConfig,
    /// How connections are kept while no request needs them.
    #[serde(default)]
    pub keep_alive: KeepAliveConfig,
    /// How much the upstream and each endpoint are given to do at once.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// How the limit of requests in flight is found out; there is none by default.
    #[serde(default)]
    pub concurrency: Option<ConcurrencyConfig>,
    /// Who is turned away first as the limit of requests in flight is approached.
    #[serde(default)]
    pub shed: ShedConfig,
    /// When the upstream is left alone for a while; never by default.
    #[serde(default)]
    pub circuit_breaker: Option<CircuitBreakerConfig>,
}

impl UpstreamConfig {
    /// An upstream of these endpoints, with equal weights and defaults for everything else.
    pub fn new(endpoints: impl IntoIterator<Item = EndpointUrl>) -> Self {
        let endpoint = |url| EndpointConfig::from(url).into();
        Self {
            endpoints: endpoints
                .into_iter()
                .map(endpoint)
                .collect::<Vec<_>>()
                .into(),
            protocol: Protocol::default(),
            balance: BalanceConfig::default(),
            timeout: TimeoutConfig::default(),
            keep_alive: KeepAliveConfig::default(),
            limits: LimitsConfig::default(),
            concurrency: None,
            shed: ShedConfig::default(),
            circuit_breaker: None,
        }
    }

    /// What limits the requests.
    pub(crate) fn admission(&self) -> AdmissionRules {
        AdmissionRules {
            requests: self.limits.requests.map(Located::into_inner),
            shares: self.shed.shares(),
            breaker: self
                .circuit_breaker
                .as_ref()
                .map(CircuitBreakerConfig::rules),
            adaptive: self.concurrency.as_ref().map(ConcurrencyConfig::rules),
        }
    }

    /// Finds what is wrong beyond the form.
    pub(crate) fn check(&self) -> ConfigErrors {
        let mut errors = ConfigErrors::new();
        if self.endpoints.is_empty() {
            let error = ConfigError::new("an upstream needs at least one endpoint");
            errors.push(
                error
                    .at(self.endpoints.span())
                    .help("write where the service runs, such as \"http://10.0.0.5:9000\""),
            );
        }
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let earlier = &self.endpoints[..index];
            errors.extend(
                earlier
                    .iter()
                    .find_map(|earlier| duplicate(earlier, endpoint)),
            );
            errors.extend(wrong_weight(endpoint));
        }
        self.timeout.check(&mut errors);
        self.keep_alive.check(&mut errors);
        self.limits.check(&mut errors);
        self.shed.check(&mut errors);
        if let Some(concurrency) = &self.concurrency {
            concurrency.check(&mut errors);
        }
        if let Some(breaker) = &self.circuit_breaker {
            breaker.check(&mut errors);
        }
        errors
    }
}

fn duplicate(
    first: &Located<EndpointConfig>,
    second: &Located<EndpointConfig>,
) -> Option<ConfigError> {
    (first.url == second.url).then(|| {
        ConfigError::new(format!("`{}` stands here twice", second.url))
            .at(second.span())
            .related(first.span(), "the first is here")
            .help("to send it more requests, give it a `weight`")
    })
}

fn wrong_weight(endpoint: &EndpointConfig) -> Option<ConfigError> {
    let weight = endpoint.weight;
    (!(1..=MAX_WEIGHT).contains(&*weight)).then(|| {
        let error = ConfigError::new(format!("a weight is a number from 1 to {MAX_WEIGHT}"));
        match *weight {
            0 => error
                .at(weight.span())
                .help("leave the endpoint out to send it nothing"),
            _ => error.at(weight.span()),
        }
    })
}

#[cfg(test)]
mod tests {
    use gateway_core::config::{Document, Source, Style, decode, render};

    use super::*;

    fn findings(text: &str) -> String {
        let source = Source::new("gateway.toml", text);
        let mut errors = ConfigErrors::new();
        let config = Document::parse(&source, &mut errors)
            .and_then(|document| errors.take(decode::<UpstreamConfig>(document.root())));
        errors.extend(config.map(|config| config.check()).into_iter().flatten());
        render(&source, &errors, Style::Plain)
    }

    #[test]
    fn both_forms_and_every_key() {
        let shown = findings(
            r#"
endpoints = ["http://10.0.0.5:9000", { url = "http://10.0.0.6:9000", weight = 2 }]
protocol = "http2"
balance = "round-robin"
timeout = { connect = "1s", request = "2min", idle = "1h" }
keep-alive = { timeout = "30s", connections = 8, max-age = "10min" }
limits = { connections = 100, pending = 0, requests = 50 }
concurrency = { min = 2, max = 200, tolerance = "25%", window = "50ms", probe = "30s" }
shed = { background = "50%", default = "80%" }
circuit-breaker = { failures = "40%", slow = { than = "1s", share = "5%" }, window = "20s", at-least = 50, open = "2s", max-open = "1min", trial = 1, recovery = "0s" }
"#,
        );
        assert_eq!(shown, "");
        let url = r#"endpoints = ["http://10.0.0.5:9000"]"#;
        let shortest =
            format!("{url}\nconcurrency = \"adaptive\"\ncircuit-breaker = {{}}\nshed = {{}}");
        assert_eq!(findings(&shortest), "");
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_place() {
        let shown = findings(
            r#"endpoints = ["http://a", { url = "http://a:80", weight = 0 }, { url = "http://b", weight = 1001 }]
timeout = { connect = "0s" }
keep-alive = { max-age = "900ms" }
limits = { connections = 0, pending = 1000001, requests = 0 }
concurrency = { min = 20, max = 10, tolerance = 0, window = "9ms", probe = "89ms" }
shed = { background = "80%", default = "0%" }
"#,
        );
        let requests = "a limit of requests is a number from 1 to 1000000";
        assert_shown(&shown, requests, "4:59");
        assert_shown(&shown, "`max` is less than `min`", "5:33");
        assert_shown(&shown, "a tolerance is from 1% to 100%", "5:49");
        assert_shown(&shown, "a window is at least 10ms long", "5:61");
        assert_shown(&shown, "this leaves no time between two probes", "5:76");
        let room = "`background` may not have more room than `default`";
        assert_shown(&shown, room, "6:23");
        assert_shown(&shown, "a share of the room is from 1% to 100%", "6:40");
        assert_shown(&shown, "`http://a:80` stands here twice", "1:26");
        assert_shown(&shown, "a weight is a number from 1 to 1000", "1:58");
        assert_shown(&shown, "a weight is a number from 1 to 1000", "1:92");
        assert_shown(&shown, "a timeout of 0 leaves time for nothing", "2:23");
        assert_shown(&shown, "connections may become at least 1s old", "3:26");
        let connections = "a limit of connections is a number from 1 to 1000000";
        assert_shown(&shown, connections, "4:26");
        let pending = "a limit of pending requests is a number from 0 to 1000000";
        assert_shown(&shown, pending, "4:39");
    }

    #[test]
    fn a_breaker_that_makes_no_sense_is_shown_at_its_place() {
        let shown = findings(
            r#"endpoints = ["http://a"]
[circuit-breaker]
failures = "0%"
slow = { than = "0s", share = "0.5%" }
window = "99ms"
at-least = 0
open = "2s"
max-open = "1s"
trial = 1000001
"#,
        );
        assert_shown(&shown, "a share of attempts is from 1% to 100%", "3:12");
        assert_shown(&shown, "everything takes longer than nothing", "4:17");
        assert_shown(&shown, "a share of attempts is from 1% to 100%", "4:31");
        assert_shown(&shown, "this is at least 100ms", "5:10");
        let attempts = "a number of attempts is from 1 to 1000000";
        assert_shown(&shown, attempts, "6:12");
        assert_shown(&shown, "`max-open` is shorter than `open`", "8:12");
        let trials = "a number of trials is from 1 to 1000000";
        assert_shown(&shown, trials, "9:9");
        let shown = findings("endpoints = ['http://a']\nconcurrency = 'fixed'\n");
        let concurrency = "expected \"adaptive\", or a table with the bounds of the limit";
        assert_shown(&shown, concurrency, "2:15");
    }

    #[test]
    fn wrong_urls_are_shown_at_the_wrong_part() {
        let shown =
            findings(r#"endpoints = ["https://a", "http://b/v1", { url = "http://c:x" }, 4]"#);
        assert_shown(&shown, "TLS to endpoints is not supported yet", "1:15");
        assert_shown(
            &shown,
            "an endpoint is a host and a port, without a path",
            "1:36",
        );
        assert_shown(&shown, "this is not a port from 1 to 65535", "1:60");
        assert_shown(
            &shown,
            "expected the URL of an endpoint, or a table with `url`",
            "1:66",
        );
        let shown = findings("endpoints = []");
        assert_shown(&shown, "an upstream needs at least one endpoint", "1:13");
    }

    #[test]
    fn the_schema_names_every_key_and_its_default() {
        let schema = schemars::schema_for!(UpstreamConfig).to_value();
        let properties = &schema["properties"];
        assert_eq!(properties["protocol"]["default"], "http1");
        assert_eq!(properties["timeout"]["default"]["request"], "15s");
        assert_eq!(properties["keep-alive"]["default"]["connections"], 256);
        assert_eq!(properties["keep-alive"]["default"]["max-age"], "1h");
        assert_eq!(properties["limits"]["default"]["connections"], 1024);
        assert_eq!(properties["limits"]["default"]["pending"], 1024);
        assert_eq!(schema["required"][0], "endpoints");
        assert!(schema["required"].get(1).is_none());
    }

    #[track_caller]
    fn assert_shown(shown: &str, message: &str, place: &str) {
        let found = shown.split("\n\n").any(|finding| {
            finding.contains(message) && finding.contains(&format!("gateway.toml:{place}\n"))
        });
        assert!(found, "{message} at {place} in\n{shown}");
    }
}

//! `[upstreams.NAME]`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    BalanceConfig, DeadlineConfig, EndpointConfig, EndpointUrl, HedgeConfig, KeepAliveConfig,
    LimitsConfig, Protocol, RetryBudgetConfig, RetryConfig, TimeoutConfig,
};
use crate::retry::RetryRules;

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
    /// How much each endpoint is given to do at once.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// When requests are sent again, to another endpoint where there is one.
    #[serde(default)]
    pub retry: RetryConfig,
    /// How often requests may be sent more than once.
    #[serde(default)]
    pub retry_budget: RetryBudgetConfig,
    /// When a request that takes long is sent to a second endpoint as well; never by default.
    pub hedge: Option<HedgeConfig>,
    /// Where clients say how long they wait, beside `grpc-timeout`; nowhere by default.
    pub deadline: Option<DeadlineConfig>,
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
            retry: RetryConfig::default(),
            retry_budget: RetryBudgetConfig::default(),
            hedge: None,
            deadline: None,
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
        errors.take(RetryRules::new(&self.retry));
        self.retry_budget.check(&mut errors);
        if let Some(hedge) = &self.hedge {
            hedge.check(&mut errors);
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
limits = { connections = 100, pending = 0 }
retry = { attempts = 2, on = ["connect-failure", "502-504", "unavailable"], non-idempotent = true, timeout = "2s", backoff = { base = "10ms", max = "1s" }, longest-retry-after = "5s" }
retry-budget = { share = "10%", per-second = 3 }
hedge = { at = "95%", at-least = "10ms" }
deadline = { header = "x-timeout-ms" }
"#,
        );
        assert_eq!(shown, "");
        assert_eq!(findings("endpoints = ['http://a']\nretry = 'off'\n"), "");
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_place() {
        let shown = findings(
            r#"endpoints = ["http://a", { url = "http://a:80", weight = 0 }, { url = "http://b", weight = 1001 }]
timeout = { connect = "0s" }
keep-alive = { max-age = "900ms" }
limits = { connections = 0, pending = 1000001 }
retry = { attempts = 8, on = [], timeout = "0s", backoff = { base = "2s", max = "1s" } }
retry-budget = { per-second = 10001 }
hedge = { at = "100%" }
"#,
        );
        assert_shown(&shown, "`http://a:80` stands here twice", "1:26");
        assert_shown(&shown, "a weight is a number from 1 to 1000", "1:58");
        assert_shown(&shown, "a weight is a number from 1 to 1000", "1:92");
        assert_shown(&shown, "a timeout of 0 leaves time for nothing", "2:23");
        assert_shown(&shown, "connections may become at least 1s old", "3:26");
        let connections = "a limit of connections is a number from 1 to 1000000";
        assert_shown(&shown, connections, "4:26");
        let pending = "a limit of pending requests is a number from 0 to 1000000";
        assert_shown(&shown, pending, "4:39");
        let attempts = "a request may be sent again from 1 to 7 times";
        assert_shown(&shown, attempts, "5:22");
        assert_shown(&shown, "nothing would ever be sent again", "5:30");
        assert_shown(&shown, "a timeout of 0 leaves time for nothing", "5:44");
        let backoff = "the longest wait is shorter than the first";
        assert_shown(&shown, backoff, "5:81");
        let budget = "so many retries a second are a number from 0 to 10000";
        assert_shown(&shown, budget, "6:31");
        assert_shown(
            &shown,
            "a request is hedged at a share from 1% to 99.9%",
            "7:16",
        );
        let shown = findings("endpoints = ['http://a']\nretry = { on = ['reset', 'x'] }\n");
        assert_shown(&shown, "expected what to try again on", "2:26");
        let shown = findings("endpoints = ['http://a']\nretry = 'on'\n");
        assert_shown(&shown, "expected \"off\", or a table", "2:9");
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
        assert_eq!(properties["retry-budget"]["default"]["share"], "20%");
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

//! `[upstreams.NAME]`.

use gateway_core::config::{ConfigError, ConfigErrors, Located};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    BalanceConfig, EndpointConfig, EndpointUrl, KeepAliveConfig, LimitsConfig, Protocol,
    ProxyProtocol, TimeoutConfig, TlsConfig,
};

/// The largest weight of an endpoint.
const MAX_WEIGHT: u32 = 1000;

/// A service behind the gateway: where it runs and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Where the service runs.
    #[schemars(length(min = 1))]
    pub endpoints: Located<Vec<Located<EndpointConfig>>>,
    /// What the endpoints speak.
    #[serde(default)]
    pub protocol: Protocol,
    /// What is verified of endpoints with `https://`, and what they are shown. Without it their certificates must
    /// be for the host of their URL, by an authority that the system trusts.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// How endpoints are told the client's address, at the beginning of each connection. For `http1` alone.
    #[serde(default)]
    pub proxy_protocol: Option<Located<ProxyProtocol>>,
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
            tls: None,
            proxy_protocol: None,
            balance: BalanceConfig::default(),
            timeout: TimeoutConfig::default(),
            keep_alive: KeepAliveConfig::default(),
            limits: LimitsConfig::default(),
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
            errors.extend(self.cannot_choose(endpoint));
        }
        errors.extend(self.cannot_tell_clients_apart());
        if let Some(tls) = &self.tls {
            tls.check(&mut errors);
        }
        if *self.keep_alive.warm > *self.limits.connections {
            let error = ConfigError::new("more connections are warm than there may be");
            let error = error.at(self.keep_alive.warm.span());
            errors.push(error.help("`limits.connections` says how many there may be"));
        }
        self.timeout.check(&mut errors);
        self.keep_alive.check(&mut errors);
        self.limits.check(&mut errors);
        errors
    }
}

impl UpstreamConfig {
    /// Whether any endpoint speaks TLS, or one that comes later may.
    pub(crate) fn needs_tls(&self) -> bool {
        self.tls.is_some() || self.endpoints.iter().any(|endpoint| endpoint.url.is_tls())
    }

    fn cannot_choose(&self, endpoint: &Located<EndpointConfig>) -> Option<ConfigError> {
        (self.protocol == Protocol::Auto && !endpoint.url.is_tls()).then(|| {
            ConfigError::new("`protocol = \"auto\"` chooses by TLS, and this endpoint has none")
                .at(endpoint.span())
                .help("write \"https://\", or `protocol = \"http1\"` or \"http2\"")
        })
    }

    /// Finds what goes together with no header that says whose the connection is.
    fn cannot_tell_clients_apart(&self) -> Option<ConfigError> {
        let place = self.proxy_protocol.as_ref()?.span();
        if self.protocol != Protocol::Http1 {
            let message =
                "with `proxy-protocol` a connection belongs to one client, and over HTTP/2 to many";
            let error = ConfigError::new(message).at(place);
            return Some(error.help("use `protocol = \"http1\"`; `x-forwarded-for` says the client's address in each request"));
        }
        (*self.keep_alive.warm > 0).then(|| {
            ConfigError::new(
                "with `proxy-protocol` no connection can be opened before its client is known",
            )
            .at(place)
            .related(
                self.keep_alive.warm.span(),
                "connections are kept warm here",
            )
            .help("leave out one of them")
        })
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
"#,
        );
        assert_eq!(shown, "");
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_place() {
        let shown = findings(
            r#"endpoints = ["http://a", { url = "http://a:80", weight = 0 }, { url = "http://b", weight = 1001 }]
timeout = { connect = "0s" }
keep-alive = { max-age = "900ms" }
limits = { connections = 0, pending = 1000001 }
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
    }

    #[test]
    fn wrong_urls_are_shown_at_the_wrong_part() {
        let shown =
            findings(r#"endpoints = ["https://a..b", "http://b/v1", { url = "http://c:x" }, 4]"#);
        assert_shown(&shown, "no certificate can be for such a name", "1:23");
        assert_shown(
            &shown,
            "an endpoint is a host and a port, without a path",
            "1:39",
        );
        assert_shown(&shown, "this is not a port from 1 to 65535", "1:63");
        assert_shown(
            &shown,
            "expected the URL of an endpoint, or a table with `url`",
            "1:69",
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

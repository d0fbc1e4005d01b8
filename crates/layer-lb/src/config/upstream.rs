//! `[upstreams.NAME]`.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint_list::check_endpoints;
use super::{
    BalanceConfig, DiscoverConfig, EndpointConfig, EndpointUrl, KeepAliveConfig, LimitsConfig,
    Protocol, TimeoutConfig,
};

/// A service behind the gateway: where it runs and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["endpoints"] }, { "required": ["discover"] }]))]
pub struct UpstreamConfig {
    /// Where the service runs, unless `discover` says where that is found.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub endpoints: Located<Vec<Located<EndpointConfig>>>,
    /// Where the endpoints are found while the gateway runs, instead of `endpoints`.
    #[serde(default)]
    pub discover: Option<Located<DiscoverConfig>>,
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
            discover: None,
            protocol: Protocol::default(),
            balance: BalanceConfig::default(),
            timeout: TimeoutConfig::default(),
            keep_alive: KeepAliveConfig::default(),
            limits: LimitsConfig::default(),
        }
    }

    /// Finds what is wrong beyond the form.
    pub(crate) fn check(&self) -> ConfigErrors {
        let mut errors = ConfigErrors::new();
        match &self.discover {
            None => check_endpoints(&self.endpoints, &mut errors),
            Some(discover) => {
                if self.endpoints.span() != Span::default() || !self.endpoints.is_empty() {
                    let error =
                        ConfigError::new("an upstream has either `endpoints` or `discover`");
                    errors.push(
                        error
                            .at(discover.span())
                            .related(self.endpoints.span(), "`endpoints` stands here")
                            .help("keep one"),
                    );
                }
                let mut found = ConfigErrors::new();
                discover.source(&mut found);
                errors.extend(found.at_if_unset(discover.span()));
            }
        }
        self.timeout.check(&mut errors);
        self.keep_alive.check(&mut errors);
        self.limits.check(&mut errors);
        errors
    }
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
        assert!(properties["endpoints"]["description"].is_string());
        assert!(properties["discover"].is_object());
        // One of `endpoints` and `discover`.
        assert!(schema["required"].is_null());
    }

    #[test]
    fn every_source_of_endpoints_is_understood() {
        for discover in [
            r#"{ dns = "orders.internal:9000" }"#,
            r#"{ dns = "orders.internal:9000", record = "aaaa", refresh = "10s" }"#,
            r#"{ dns = "_http._tcp.orders", record = "srv", servers = ["127.0.0.1:53"] }"#,
            r#"{ file = "endpoints.toml" }"#,
        ] {
            assert_eq!(findings(&format!("discover = {discover}")), "");
        }
    }

    #[test]
    fn endpoints_stand_there_or_are_discovered() {
        let shown = findings("");
        assert!(
            shown.contains("an upstream needs at least one endpoint"),
            "{shown}"
        );
        let shown = findings("endpoints = [\"http://a\"]\ndiscover = { file = \"x\" }\n");
        assert_shown(
            &shown,
            "an upstream has either `endpoints` or `discover`",
            "2:12",
        );
    }

    #[test]
    fn what_is_wrong_with_a_source_is_shown_at_its_place() {
        for (discover, wrong, message) in [
            (
                "{}",
                "{",
                "`discover` needs one of `dns`, `file` and `etcd`",
            ),
            (
                "{ file = 'x', dns = 'a:80' }",
                "'x'",
                "`discover` has both `dns` and `file`",
            ),
            (
                "{ file = 'x', record = 'a' }",
                "'a'",
                "`record` says nothing about `file`",
            ),
            (
                "{ file = 'x', prefix = '/a' }",
                "'/a'",
                "`prefix` says nothing about `file`",
            ),
            ("{ file = '' }", "''", "no file can have this name"),
            ("{ dns = 'a' }", "'a'", "the port of the service is missing"),
            (
                "{ dns = 'a:1', record = 'srv' }",
                "'a:1'",
                "SRV records say the ports themselves",
            ),
            ("{ dns = 'a:1', record = 'mx' }", "'mx'", "unknown value"),
            (
                "{ dns = 'a:1', refresh = '900ms' }",
                "'900ms'",
                "DNS is asked once in a second at most",
            ),
            (
                "{ dns = 'a:1', servers = [] }",
                "[]",
                "here stand from 1 to 16 name servers",
            ),
            (
                "{ dns = 'a:1', servers = ['ns1'] }",
                "'ns1'",
                "expected the address of a name server",
            ),
            (
                "{ dns = 'http://a:1' }",
                "http",
                "this is a name in DNS and no URL",
            ),
            ("{ etcd = ['http://a:1'] }", "['", "`etcd` needs a `prefix`"),
            (
                "{ etcd = ['http://a:1'], prefix = '' }",
                "''",
                "`etcd` needs a `prefix`",
            ),
            (
                "{ etcd = [], prefix = '/' }",
                "[]",
                "here stand from 1 to 16 members",
            ),
            (
                "{ etcd = ['http://a:1'], prefix = '/', username = 'u' }",
                "'u'",
                "`username` needs a `password`",
            ),
        ] {
            let text = format!("discover = {discover}");
            let column = text.find(wrong).unwrap() + 1;
            assert_shown(&findings(&text), message, &format!("1:{column}"));
        }
    }

    #[track_caller]
    fn assert_shown(shown: &str, message: &str, place: &str) {
        let found = shown.split("\n\n").any(|finding| {
            finding.contains(message) && finding.contains(&format!("gateway.toml:{place}\n"))
        });
        assert!(found, "{message} at {place} in\n{shown}");
    }
}

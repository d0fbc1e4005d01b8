//! `[upstreams.NAME]`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint_list::check_endpoints;
use super::{
    BalanceConfig, CircuitBreakerConfig, ConcurrencyConfig, DeadlineConfig, DiscoverConfig,
    EjectionConfig, EndpointConfig, EndpointUrl, HealthCheckConfig, HedgeConfig, KeepAliveConfig,
    LimitsConfig, Protocol, ProxyProtocol, RetryBudgetConfig, RetryConfig, ShedConfig,
    TimeoutConfig, TlsConfig, WhenAllUnhealthy,
};
use crate::admission::AdmissionRules;
use crate::pool::TlsClient;
use crate::retry::RetryRules;

/// The longest slow start.
const MAX_SLOW_START: Duration = Duration::from_secs(24 * 60 * 60);

/// A service behind the gateway: where it runs and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
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
    /// How long an endpoint that was not available takes to get its whole share of requests again: it begins with
    /// 10 %. `"0s"` gives it all at once; at most `"24h"`. Not where `balance` is by `hash`. Envoy's
    /// `slow_start_window`.
    #[serde(default = "at_once")]
    pub slow_start: Located<Duration>,
    /// How endpoints are asked whether they are well; they are not unless it stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Located<HealthCheckConfig>>,
    /// Whether endpoints that fail requests are taken out for a while.
    #[serde(default)]
    pub ejection: EjectionConfig,
    /// What happens to requests while no endpoint is available.
    #[serde(default)]
    pub when_all_unhealthy: WhenAllUnhealthy,
    /// How long an exchange may take.
    #[serde(default)]
    pub timeout: TimeoutConfig,
    /// How connections are kept while no request needs them.
    #[serde(default)]
    pub keep_alive: KeepAliveConfig,
    /// How much the upstream and each endpoint are given to do at once.
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
            discover: None,
            protocol: Protocol::default(),
            tls: None,
            proxy_protocol: None,
            balance: BalanceConfig::default(),
            slow_start: at_once(),
            health_check: None,
            ejection: EjectionConfig::default(),
            when_all_unhealthy: WhenAllUnhealthy::default(),
            timeout: TimeoutConfig::default(),
            keep_alive: KeepAliveConfig::default(),
            limits: LimitsConfig::default(),
            retry: RetryConfig::default(),
            retry_budget: RetryBudgetConfig::default(),
            hedge: None,
            deadline: None,
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
        for endpoint in self.endpoints.iter() {
            errors.extend(self.cannot_choose(endpoint));
        }
        errors.extend(self.cannot_choose_discovered());
        errors.extend(self.cannot_tell_clients_apart());
        if let Some(tls) = &self.tls {
            tls.check(&mut errors);
        }
        if *self.keep_alive.warm > *self.limits.connections {
            let error = ConfigError::new("more connections are warm than there may be");
            let error = error.at(self.keep_alive.warm.span());
            errors.push(error.help("`limits.connections` says how many there may be"));
        }
        if let BalanceConfig::Sticky(sticky) = &self.balance {
            sticky.check(&mut errors);
        }
        self.check_slow_start(&mut errors);
        if let Some(health_check) = &self.health_check {
            HealthCheckConfig::check(health_check, &mut errors);
        }
        self.ejection.check(&mut errors);
        self.timeout.check(&mut errors);
        self.keep_alive.check(&mut errors);
        self.limits.check(&mut errors);
        errors.take(RetryRules::new(&self.retry));
        self.retry_budget.check(&mut errors);
        if let Some(hedge) = &self.hedge {
            hedge.check(&mut errors);
        }
        self.shed.check(&mut errors);
        if let Some(concurrency) = &self.concurrency {
            concurrency.check(&mut errors);
        }
        if let Some(breaker) = &self.circuit_breaker {
            breaker.check(&mut errors);
        }
        errors
    }

    fn check_slow_start(&self, errors: &mut ConfigErrors) {
        let error = if *self.slow_start > MAX_SLOW_START {
            ConfigError::new("a slow start takes at most 24h")
        } else if !self.slow_start.is_zero() && matches!(self.balance, BalanceConfig::Hash(_)) {
            ConfigError::new("`slow-start` does nothing where endpoints are chosen by `hash`")
                .help("remove it: keys would move while an endpoint warms up")
        } else {
            return;
        };
        errors.push(error.at(self.slow_start.span()));
    }
}

fn at_once() -> Located<Duration> {
    Duration::from_secs(0).into()
}

impl UpstreamConfig {
    /// How endpoints that speak TLS are shaken hands with; `None` where there are none. Where endpoints may come over
    /// TLS of which nothing was said, a system that trusts nobody is no error yet.
    ///
    /// # Errors
    /// Certificates that cannot be used, or a name that no certificate can be for.
    pub(crate) fn tls_client(&self) -> Result<Option<TlsClient>, ConfigErrors> {
        let discover = self.discover.as_ref();
        let is_needed = self.tls.is_some()
            || self.endpoints.iter().any(|endpoint| endpoint.url.is_tls())
            || discover.is_some_and(|discover| discover.is_tls());
        let mut tls = self.tls.clone().unwrap_or_default();
        if let (None, Some(discover)) = (&tls.server_name, discover) {
            tls.server_name = discover.certificate_name()?;
        }
        match discover {
            _ if is_needed => TlsClient::build(&tls).map(Some),
            Some(discover) if discover.may_be_tls() => Ok(TlsClient::build(&tls).ok()),
            _ => Ok(None),
        }
    }

    /// Addresses in DNS that are spoken to in the clear, where TLS is to say the protocol.
    fn cannot_choose_discovered(&self) -> Option<ConfigError> {
        let discover = self.discover.as_ref()?;
        (self.protocol == Protocol::Auto && !discover.may_be_tls()).then(|| {
            ConfigError::new("`protocol = \"auto\"` chooses by TLS, and these endpoints have none")
                .at(discover.span())
                .help("add `scheme = \"https\"`, or write `protocol = \"http1\"` or \"http2\"")
        })
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

#[cfg(test)]
mod tests {
    use super::super::testing::findings;
    use super::*;

    #[test]
    fn both_forms_and_every_key() {
        let shown = findings(
            r#"
endpoints = ["http://10.0.0.5:9000", { url = "http://10.0.0.6:9000", weight = 2, priority = 1 }]
protocol = "http2"
balance = "round-robin"
slow-start = "30s"
timeout = { connect = "1s", request = "2min", idle = "1h" }
keep-alive = { timeout = "30s", connections = 8, max-age = "10min" }
limits = { connections = 100, pending = 0, requests = 50 }
concurrency = { min = 2, max = 200, tolerance = "25%", window = "50ms", probe = "30s" }
shed = { background = "50%", default = "80%" }
circuit-breaker = { failures = "40%", slow = { than = "1s", share = "5%" }, window = "20s", at-least = 50, open = "2s", max-open = "1min", trial = 1, recovery = "0s" }
retry = { attempts = 2, on = ["connect-failure", "502-504", "unavailable"], non-idempotent = true, timeout = "2s", backoff = { base = "10ms", max = "1s" }, longest-retry-after = "5s" }
retry-budget = { share = "10%", per-second = 3 }
hedge = { at = "95%", at-least = "10ms" }
deadline = { header = "x-timeout-ms" }
when-all-unhealthy = "fail"

[health-check]
path = "/healthz?full"
host = "shop.example:8080"
expect = { status = ["200-299", 304], body = "ok" }
interval = "10s"
interval-unhealthy = "1s"
interval-idle = "1min"
jitter = "20%"
timeout = "1s"
healthy = 1
unhealthy = 5

[ejection]
consecutive-failures = 3
time = "10s"
max-time = "1min"
max = "30%"
success-rate = { window = "30s", factor = 2, endpoints = 3, requests = 50 }
"#,
        );
        assert_eq!(shown, "");
        assert_eq!(findings("endpoints = ['http://a']\nretry = 'off'\n"), "");
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
retry = { attempts = 8, on = [], timeout = "0s", backoff = { base = "2s", max = "1s" } }
retry-budget = { per-second = 10001 }
hedge = { at = "100%" }
concurrency = { min = 20, max = 10, tolerance = 0, window = "9ms", probe = "89ms" }
shed = { background = "80%", default = "0%" }
"#,
        );
        let requests = "a limit of requests is a number from 1 to 1000000";
        assert_shown(&shown, requests, "4:59");
        assert_shown(&shown, "`max` is less than `min`", "8:33");
        assert_shown(&shown, "a tolerance is from 1% to 100%", "8:49");
        assert_shown(&shown, "a window is at least 10ms long", "8:61");
        assert_shown(&shown, "this leaves no time between two probes", "8:76");
        let room = "`background` may not have more room than `default`";
        assert_shown(&shown, room, "9:23");
        assert_shown(&shown, "a share of the room is from 1% to 100%", "9:40");
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
    fn every_way_to_choose() {
        for balance in [
            "'least-request'",
            "'peak-ewma'",
            "'random'",
            "{ hash = 'address' }",
            "{ hash = 'consumer', load-bound = '125%' }",
            "{ hash = { header = 'X-User' } }",
            "{ hash = { cookie = 'user' } }",
            "{ hash = { query = 'user' }, load-bound = 150 }",
            "{ hash = { cel = 'request.path' } }",
        ] {
            let shown = findings(&format!("endpoints = ['http://a']\nbalance = {balance}"));
            assert_eq!(shown, "");
        }
    }

    #[test]
    fn what_is_wrong_with_the_way_to_choose_is_shown_at_its_place() {
        for (balance, message, place) in [
            ("'least-requests'", "endpoints cannot be chosen by", "2:11"),
            ("'hash'", "write { hash = { header", "2:11"),
            ("{ hash = 'adress' }", "did you mean \"address\"?", "2:20"),
            (
                "{ hash = { cookie = 'a b' } }",
                "the name of a cookie cannot contain ' '",
                "2:33",
            ),
            (
                "{ load-bound = '125%' }",
                "`load-bound` belongs to `hash`",
                "2:11",
            ),
            (
                "{ hash = 'address', load-bound = '100%' }",
                "100% is not between 101% and 1000%",
                "2:44",
            ),
            (
                "{ hash = 'address', load-bound = 1001 }",
                "1001% is not between",
                "2:44",
            ),
            ("{ }", "this table says nothing", "2:11"),
            ("{ hash = 'address', hsh = 1 }", "unknown key `hsh`", "2:31"),
            (
                "{ hash = 'address' }\nslow-start = '1s'",
                "`slow-start` does nothing where",
                "3:14",
            ),
            (
                "'random'\nslow-start = '25h'",
                "a slow start takes at most 24h",
                "3:14",
            ),
        ] {
            let shown = findings(&format!("endpoints = ['http://a']\nbalance = {balance}"));
            assert_shown(&shown, message, place);
        }
        let shown = findings("endpoints = [{ url = 'http://a', priority = 16 }]");
        assert_shown(&shown, "a priority is a number from 0 to 15", "1:45");
    }

    #[test]
    fn a_cookie_needs_a_good_secret() {
        let directory = tempfile::tempdir().unwrap();
        let checked = |secret: &str, max_age: &str| {
            std::fs::write(directory.path().join("secret"), secret).unwrap();
            let sticky =
                format!("cookie = 'lb', secret = {{ file = 'secret' }}, max-age = '{max_age}'");
            let text = format!("endpoints = ['http://a']\nbalance = {{ sticky = {{ {sticky} }} }}");
            gateway_core::config::with_base_dir(directory.path().into(), || findings(&text))
        };
        assert_eq!(checked("0123456789abcdef", "1h"), "");
        assert_shown(&checked("short", "1h"), "has at least 16 bytes", "2:48");
        assert_shown(
            &checked("0123456789abcdef", "500ms"),
            "a cookie lives for at least 1s",
            "2:79",
        );
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
        assert_eq!(properties["balance"]["default"], "least-request");
        assert_eq!(properties["slow-start"]["default"], "0s");
        assert_eq!(properties["timeout"]["default"]["request"], "15s");
        assert_eq!(properties["keep-alive"]["default"]["connections"], 256);
        assert_eq!(properties["keep-alive"]["default"]["max-age"], "1h");
        assert_eq!(properties["limits"]["default"]["connections"], 1024);
        assert_eq!(properties["limits"]["default"]["pending"], 1024);
        assert_eq!(properties["ejection"]["default"]["consecutive-failures"], 5);
        assert_eq!(properties["ejection"]["default"]["time"], "30s");
        assert_eq!(properties["ejection"]["default"]["max-time"], "5min");
        assert_eq!(properties["when-all-unhealthy"]["default"], "try-all");
        let check = &schema["$defs"]["HealthCheckConfig"]["properties"];
        assert_eq!(check["interval"]["default"], "5s");
        assert_eq!(check["unhealthy"]["default"], 3);
        assert_eq!(properties["retry-budget"]["default"]["share"], "20%");
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
            r#"{ dns = "_http._tcp.orders.test.", record = "srv", scheme = "https" }"#,
        ] {
            assert_eq!(findings(&format!("discover = {discover}")), "");
        }
    }

    #[test]
    fn certificates_are_for_the_name_that_stands_in_the_file() {
        for (discover, name) in [
            (r#"{ "dns": "a.test:1" }"#, None),
            (
                r#"{ "dns": "a.test:1", "scheme": "https" }"#,
                Some("a.test"),
            ),
            (
                r#"{ "dns": "_http._tcp.b.test.", "record": "srv", "scheme": "https" }"#,
                Some("b.test"),
            ),
            (r#"{ "file": "a" }"#, None),
        ] {
            let discover: DiscoverConfig = serde_json::from_str(discover).unwrap();
            let found = discover.certificate_name().unwrap();
            assert_eq!(found.map(|name| name.to_string()).as_deref(), name);
        }
        let shown = findings("discover = { dns = 'a:1' }\nprotocol = 'auto'\n");
        assert_shown(&shown, "these endpoints have none", "1:12");
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
            (
                "{ file = 'x', scheme = 'https' }",
                "'https'",
                "`scheme` says nothing about `file`",
            ),
            (
                "{ file = 'x', tls = { server-name = 'a' } }",
                "{ server",
                "`tls` says nothing about `file`",
            ),
            (
                "{ etcd = ['http://a:1'], prefix = '/', tls = { server-name = 'a' } }",
                "'http",
                "with `tls` no member is spoken to in the clear",
            ),
            (
                "{ etcd = ['unix:/a'], prefix = '/' }",
                "'unix",
                "etcd is spoken to over `http://` or `https://`",
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

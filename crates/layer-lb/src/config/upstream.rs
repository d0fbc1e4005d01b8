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
///
/// ```
/// use layer_lb::{BalanceConfig, Upstream, UpstreamConfig};
///
/// let mut config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// config.balance = BalanceConfig::RoundRobin;
/// assert!(Upstream::build("orders", &config).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
        self.check_idle_keys(&mut errors);
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

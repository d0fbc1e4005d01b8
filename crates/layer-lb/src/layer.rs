//! The layer that chooses an endpoint.

use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use crate::admission::ClassRule;
use crate::retry::RetryRules;
use crate::route_policy::RoutePolicy;
use crate::service::LoadBalanceService;
use crate::time_limits::TimeLimits;
use crate::upstream::Upstream;

/// Chooses for each request an endpoint of an [`Upstream`]. There is one layer for each route, which may set
/// time limits of its own; the upstream is shared.
///
/// A request that fails may be sent again, to another endpoint where there is one: the service inside is called once
/// for each attempt, and a request that comes again has been through it before.
///
/// ```
/// use std::time::Duration;
///
/// use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream, UpstreamConfig};
/// use tower_layer::Layer;
///
/// let config = UpstreamConfig::new(["http://127.0.0.1:9000".parse()?]);
/// let upstream = Upstream::build("reports", &config)?;
/// let quick = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
/// let slow = LoadBalanceLayer::new(upstream)
///     .request_timeout(Duration::from_secs(120))
///     .layer(EndpointClient::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LoadBalanceLayer {
    upstream: Upstream,
    limits: TimeLimits,
    retry: Option<RetryRules>,
    class: ClassRule,
}

impl LoadBalanceLayer {
    /// Sends requests to the endpoints of `upstream`, within its time limits.
    pub fn new(upstream: Upstream) -> Self {
        Self {
            limits: upstream.limits(),
            class: ClassRule::default(),
            upstream,
            retry: None,
        }
    }

    /// How long the head of a response may take, counted from the request or from the last part of its body
    /// that was passed on; instead of what the upstream says.
    #[must_use]
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.limits.request = limit;
        self
    }

    /// How long nothing may pass in either direction while a response is read; instead of what the upstream
    /// says.
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.limits.idle = limit;
        self
    }

    /// When requests are sent again; what is not said here is as the upstream says.
    #[must_use]
    pub fn retry(mut self, rules: &RetryRules) -> Self {
        self.retry = Some(rules.clone());
        self
    }

    /// How important the requests are; all are of the default class unless this says otherwise. It matters where the
    /// upstream limits requests in flight. Where some may be critical, the upstream keeps room for them.
    #[must_use]
    pub fn class(mut self, rule: impl Into<ClassRule>) -> Self {
        let rule = rule.into();
        // Where nothing is limited, nobody asks for the class.
        if self.upstream.sheds() {
            if rule.may_be_critical() {
                self.upstream.keep_for_critical();
            }
            self.class = rule;
        }
        self
    }
}

impl<S> Layer<S> for LoadBalanceLayer {
    type Service = LoadBalanceService<S>;

    fn layer(&self, inner: S) -> LoadBalanceService<S> {
        let rules = self.upstream.retries().rules();
        let route = RoutePolicy {
            retry: rules.policy(self.retry.as_ref()).map(Arc::new),
            upstream: self.upstream.clone(),
            limits: self.limits,
            class: self.class.clone(),
        };
        LoadBalanceService::new(inner, route)
    }
}

//! The layer: a policy and its counters.

use std::sync::Arc;

use gateway_core::config::{ConfigError, ConfigErrors, Diagnosis};
use gateway_core::contract::{BuildContext, FactFlow, GatewayLayer};
use gateway_core::rejection::Rejection;
use http::request::Parts;
use tower_layer::Layer;

use super::limit::RateLimit;
use super::{Policy, RateLimitConfig, RateLimitService, Standing};

/// Lets a caller pass so many times per time, and refuses what is beyond with 429.
///
/// Clones share their counters, and so do all services made by one layer. The counters are in the memory of
/// this process: a layer that is built anew starts with none.
///
/// ```
/// use gateway_core::facts::ClientAddr;
/// use layer_ratelimit::{EXCEEDED, Key, Policy, RateLimitLayer};
///
/// let layer = RateLimitLayer::new(Policy::new("1/min".parse().unwrap(), Key::Address)).unwrap();
///
/// let (mut parts, ()) = http::Request::new(()).into_parts();
/// parts.extensions.insert(ClientAddr::new([192, 0, 2, 1].into()));
/// assert!(layer.decide(&parts).is_ok());
/// assert_eq!(layer.decide(&parts).unwrap_err().code(), EXCEEDED);
/// ```
#[derive(Clone, Debug)]
pub struct RateLimitLayer(Arc<RateLimit>);

impl RateLimitLayer {
    /// A layer with counters of its own.
    ///
    /// # Errors
    /// When the burst is zero or would take more than ten years to fill up.
    pub fn new(policy: Policy) -> Result<Self, Diagnosis> {
        RateLimit::new(policy).map(|limit| Self(Arc::new(limit)))
    }

    /// Counts a request; `None` where it passes uncounted, under
    /// [`OnMissingKey::Skip`](crate::OnMissingKey::Skip).
    ///
    /// # Errors
    /// The refusal: [`EXCEEDED`](crate::EXCEEDED) or [`KEY_MISSING`](crate::KEY_MISSING).
    pub fn decide(&self, parts: &Parts) -> Result<Option<Standing>, Rejection> {
        self.0.decide(parts)
    }

    /// How many keys are kept apart at present; at most [`MAX_KEYS`](crate::MAX_KEYS).
    pub fn keys(&self) -> usize {
        self.0.keys()
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimitService<S>;

    fn layer(&self, inner: S) -> RateLimitService<S> {
        RateLimitService::new(Arc::clone(&self.0), inner)
    }
}

impl GatewayLayer for RateLimitLayer {
    const TYPE: &'static str = "rate-limit";
    type Config = RateLimitConfig;
    type Layer = Self;

    fn facts(config: &RateLimitConfig) -> FactFlow {
        config.key().facts()
    }

    fn build(config: RateLimitConfig, cx: &BuildContext<'_>) -> Result<Self, ConfigErrors> {
        let burst = config.burst_span();
        Self::new(config.policy(cx.name())).map_err(|diagnosis| match burst {
            Some(span) => diagnosis.at(span).into(),
            None => ConfigError::from(diagnosis).into(),
        })
    }
}

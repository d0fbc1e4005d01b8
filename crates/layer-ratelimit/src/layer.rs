//! The layer: a policy and its counters.

use std::sync::Arc;

use gateway_core::config::{ConfigErrors, Diagnosis};
use gateway_core::contract::{BuildContext, FactFlow, GatewayLayer};
use gateway_core::rejection::Rejection;
use governor::clock::{Clock, DefaultClock};
use http::request::Parts;
use tower_layer::Layer;

use crate::fields::Fields;
use crate::meter::Meter;
use crate::{
    KeyReader, OnMissingKey, Policy, RateLimitConfig, RateLimitService, Standing, rejection,
};

/// Lets a caller pass so many times per time, and refuses what is beyond with 429.
///
/// Clones share their counters, and so do all services made by one layer.
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
        let reader = KeyReader::new(policy.key.clone());
        let meter = Meter::new(&policy, &reader)?;
        Ok(Self(Arc::new(RateLimit::new(&policy, reader, meter))))
    }

    /// Counts a request; `None` where it passes uncounted, under [`OnMissingKey::Skip`].
    ///
    /// # Errors
    /// The refusal: [`EXCEEDED`](crate::EXCEEDED) or [`KEY_MISSING`](crate::KEY_MISSING).
    pub fn decide(&self, parts: &Parts) -> Result<Option<Standing>, Rejection> {
        self.0.decide(parts)
    }

    /// How many keys are kept apart at present; at most [`MAX_KEYS`](crate::MAX_KEYS).
    pub fn keys(&self) -> usize {
        self.0.meter.keys()
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
            None => ConfigErrors::from(gateway_core::config::ConfigError::from(diagnosis)),
        })
    }
}

/// What the layer and its services share.
#[derive(Debug)]
pub(crate) struct RateLimit<C: Clock = DefaultClock> {
    reader: KeyReader,
    on_missing_key: OnMissingKey,
    meter: Meter<C>,
    pub(crate) fields: Fields,
}

impl<C: Clock> RateLimit<C> {
    fn new(policy: &Policy, reader: KeyReader, meter: Meter<C>) -> Self {
        Self {
            reader,
            on_missing_key: policy.on_missing_key,
            meter,
            fields: Fields::new(&policy.name, policy.rate),
        }
    }

    pub(crate) fn decide(&self, parts: &Parts) -> Result<Option<Standing>, Rejection> {
        let key = match (self.reader.read(parts), self.on_missing_key) {
            (None, OnMissingKey::Skip) => return Ok(None),
            (None, OnMissingKey::Deny) => return Err(rejection::key_missing(self.reader.key())),
            (key, _) => key,
        };
        self.meter
            .count(key)
            .map(Some)
            .map_err(|wait| rejection::exceeded(wait, &self.fields))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gateway_core::rejection::Format;
    use governor::clock::FakeRelativeClock;
    use http::{HeaderName, Request, StatusCode};

    use super::*;
    use crate::{EXCEEDED, KEY_MISSING, Key, MAX_KEYS};

    fn limit(on_missing_key: OnMissingKey) -> (FakeRelativeClock, RateLimit<FakeRelativeClock>) {
        let clock = FakeRelativeClock::default();
        let key = Key::Header(HeaderName::from_static("x-key"));
        let policy = Policy::new("2/min".parse().unwrap(), key)
            .named("test")
            .on_missing_key(on_missing_key);
        let meter = Meter::by(clock.clone(), &policy, MAX_KEYS);
        let reader = KeyReader::new(policy.key.clone());
        (clock, RateLimit::new(&policy, reader, meter))
    }

    fn by(key: &str) -> Parts {
        Request::builder()
            .header("x-key", key)
            .body(())
            .unwrap()
            .into_parts()
            .0
    }

    fn keyless() -> Parts {
        Request::new(()).into_parts().0
    }

    #[test]
    fn the_refusal_says_when_to_come_back() {
        let (clock, limit) = limit(OnMissingKey::Deny);
        assert!(limit.decide(&by("a")).is_ok());
        clock.advance(Duration::from_millis(1));
        let passed = limit.decide(&by("a")).unwrap().unwrap();
        assert_eq!(
            (passed.remaining, passed.full_in),
            (0, Duration::from_secs(60))
        );
        let refused = limit.decide(&by("a")).unwrap_err();
        assert_eq!(
            (refused.status(), refused.code()),
            (StatusCode::TOO_MANY_REQUESTS, EXCEEDED)
        );
        let response = refused.into_response(Format::Problem);
        assert_eq!(
            response.headers()["retry-after"],
            "30",
            "29.999 s rounded up"
        );
        assert_eq!(response.headers()["ratelimit"], "\"test\";r=0;t=30");
        assert_eq!(response.headers()["ratelimit-policy"], "\"test\";q=2;w=60");
        clock.advance(Duration::from_secs(30));
        assert!(limit.decide(&by("a")).is_ok());
        assert!(limit.decide(&by("a")).is_err());
    }

    #[test]
    fn a_missing_key_is_refused_counted_together_or_let_pass() {
        let (_, deny) = limit(OnMissingKey::Deny);
        let refused = deny.decide(&keyless()).unwrap_err();
        assert_eq!(
            (refused.status(), refused.code()),
            (StatusCode::BAD_REQUEST, KEY_MISSING)
        );
        assert_eq!(refused.cause(), Some("the header is absent or empty"));

        let (_, shared) = limit(OnMissingKey::Shared);
        let decisions: Vec<bool> = (0..3).map(|_| shared.decide(&keyless()).is_ok()).collect();
        assert_eq!(decisions, [true, true, false]);
        assert!(shared.decide(&by("a")).is_ok());

        let (_, skip) = limit(OnMissingKey::Skip);
        assert!((0..3).all(|_| skip.decide(&keyless()) == Ok(None)));
        let decisions: Vec<bool> = (0..3).map(|_| skip.decide(&by("a")).is_ok()).collect();
        assert_eq!(decisions, [true, true, false]);
    }
}

//! A policy with its counters: the decision.

use gateway_core::config::Diagnosis;
use gateway_core::rejection::Rejection;
use governor::clock::{Clock, DefaultClock};
use http::HeaderMap;
use http::request::Parts;

use super::fields::Fields;
use super::meter::Meter;
use super::{KeyReader, OnMissingKey, Policy, Standing, rejection};

/// What the layer and its services share.
#[derive(Debug)]
pub(crate) struct RateLimit<C: Clock = DefaultClock> {
    reader: KeyReader,
    on_missing_key: OnMissingKey,
    meter: Meter<C>,
    fields: Fields,
}

impl RateLimit {
    /// All counters at rest.
    ///
    /// # Errors
    /// When the burst is zero or would take more than ten years to fill up.
    pub(crate) fn new(policy: Policy) -> Result<Self, Diagnosis> {
        let reader = KeyReader::new(policy.key);
        Ok(Self {
            meter: Meter::new(policy.rate, policy.burst, &reader)?,
            reader,
            on_missing_key: policy.on_missing_key,
            fields: Fields::new(&policy.name, policy.rate),
        })
    }
}

impl<C: Clock> RateLimit<C> {
    /// Counts a request; `None` where it passes uncounted.
    ///
    /// # Errors
    /// The refusal.
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

    /// Tells a client that has passed where it stands.
    pub(crate) fn tell(&self, standing: Standing, headers: &mut HeaderMap) {
        self.fields.tell(standing, headers);
    }

    /// How many keys are kept apart at present.
    pub(crate) fn keys(&self) -> usize {
        self.meter.keys()
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
        let rate = "2/min".parse().unwrap();
        let limit = RateLimit {
            reader: KeyReader::new(Key::Header(HeaderName::from_static("x-key"))),
            on_missing_key,
            meter: Meter::by(clock.clone(), rate, 2, MAX_KEYS),
            fields: Fields::new("test", rate),
        };
        (clock, limit)
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

//! What is said about retries, at an upstream or at a route.

use std::time::Duration;

use gateway_core::config::{ConfigError, ConfigErrors, Located};

use super::backoff::Backoff;
use super::conditions::Conditions;
use super::policy::RetryPolicy;
use crate::config::{BackoffConfig, RetryConfig, RetryOn};

/// How often a request may be sent again at most: so many endpoints are remembered.
const MOST_ATTEMPTS: u32 = 7;
/// How much longer than the base the longest back-off is, where that is not said.
const MAX_BY_BASE: u32 = 10;

/// What is said about retries, at an upstream or at a route; valid by construction.
///
/// ```
/// use layer_lb::{EndpointClient, LoadBalanceLayer, RetryConfig, RetryRules, Upstream, UpstreamConfig};
/// use tower_layer::Layer;
///
/// let config = UpstreamConfig::new(["http://127.0.0.1:9000".parse()?]);
/// let upstream = Upstream::build("reports", &config)?;
/// let payments = LoadBalanceLayer::new(upstream)
///     .retry(&RetryRules::new(&RetryConfig::Off)?)
///     .layer(EndpointClient::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryRules(Option<Box<Said>>);

/// What is said; the rest is up to somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    attempts: Option<u32>,
    on: Option<Conditions>,
    non_idempotent: Option<bool>,
    timeout: Option<Duration>,
    backoff: Option<Backoff>,
    longest_retry_after: Option<Duration>,
}

impl RetryRules {
    /// What `config` says.
    ///
    /// # Errors
    /// What is out of its range; all at once.
    pub fn new(config: &RetryConfig) -> Result<Self, ConfigErrors> {
        let RetryConfig::On(table) = config else {
            return Ok(Self(None));
        };
        let mut errors = ConfigErrors::new();
        let attempts = table.attempts.as_ref();
        let on = table.on.as_ref();
        let timeout = table.timeout.as_ref();
        let backoff = table.backoff.as_ref();
        let said = Said {
            attempts: attempts.and_then(|attempts| errors.take(checked_attempts(attempts))),
            on: on.and_then(|on| errors.take(checked_conditions(on))),
            non_idempotent: table.non_idempotent,
            timeout: timeout.and_then(|timeout| errors.take(checked_timeout(timeout))),
            backoff: backoff.and_then(|backoff| errors.take(checked_backoff(backoff))),
            longest_retry_after: table
                .longest_retry_after
                .map(gateway_core::config::Duration::get),
        };
        errors.or(Self(Some(Box::new(said))))
    }

    /// The policy where an upstream says this and the route says `route`; `None` where no request is sent again.
    pub(crate) fn policy(&self, route: Option<&Self>) -> Option<RetryPolicy> {
        let nothing = Said::default();
        let route = match route {
            Some(rules) => rules.0.as_deref()?,
            // What the upstream says is all there is.
            None => self.0.as_deref()?,
        };
        // A route that asks for retries gets them, whatever the upstream says.
        let upstream = self.0.as_deref().unwrap_or(&nothing);
        let default = RetryPolicy::default();
        Some(RetryPolicy {
            attempts: route
                .attempts
                .or(upstream.attempts)
                .unwrap_or(default.attempts),
            conditions: route
                .on
                .clone()
                .or(upstream.on.clone())
                .unwrap_or(default.conditions),
            non_idempotent: route
                .non_idempotent
                .or(upstream.non_idempotent)
                .unwrap_or(default.non_idempotent),
            timeout: route.timeout.or(upstream.timeout),
            backoff: route
                .backoff
                .or(upstream.backoff)
                .unwrap_or(default.backoff),
            longest_retry_after: route
                .longest_retry_after
                .or(upstream.longest_retry_after)
                .unwrap_or(default.longest_retry_after),
        })
    }
}

fn checked_attempts(attempts: &Located<u32>) -> Result<u32, ConfigError> {
    if (1..=MOST_ATTEMPTS).contains(&**attempts) {
        return Ok(**attempts);
    }
    let message = format!("a request may be sent again from 1 to {MOST_ATTEMPTS} times");
    let error = ConfigError::new(message).at(attempts.span());
    Err(match **attempts {
        0 => error.help("write retry = \"off\" to send none again"),
        _ => error,
    })
}

fn checked_conditions(on: &Located<Vec<RetryOn>>) -> Result<Conditions, ConfigError> {
    if on.is_empty() {
        return Err(ConfigError::new("nothing would ever be sent again")
            .at(on.span())
            .help("write retry = \"off\" if that is meant"));
    }
    Ok(Conditions::new(on))
}

fn checked_timeout(
    timeout: &Located<gateway_core::config::Duration>,
) -> Result<Duration, ConfigError> {
    if timeout.is_zero() {
        return Err(ConfigError::new("a timeout of 0 leaves time for nothing")
            .at(timeout.span())
            .help("write how long a try may take, such as \"2s\""));
    }
    Ok(timeout.get())
}

fn checked_backoff(config: &BackoffConfig) -> Result<Backoff, ConfigError> {
    let base = config.base.get();
    let max = match &config.max {
        None => base.saturating_mul(MAX_BY_BASE),
        Some(max) if max.get() < base => {
            return Err(ConfigError::new(format!(
                "the longest wait, {}, is shorter than the first, {}",
                **max, *config.base
            ))
            .at_pair(max.span(), config.base.span(), "the first is here"));
        }
        Some(max) => max.get(),
    };
    Ok(Backoff { base, max })
}

#[cfg(test)]
mod tests {
    use gateway_core::config::Duration as Time;

    use super::*;
    use crate::config::RetryTable;

    fn rules(table: RetryTable) -> RetryRules {
        RetryRules::new(&RetryConfig::On(table)).unwrap()
    }

    fn off() -> RetryRules {
        RetryRules::new(&RetryConfig::Off).unwrap()
    }

    #[test]
    fn what_nobody_says_is_the_default() {
        let rules = rules(RetryTable::default());
        assert_eq!(rules.policy(None), Some(RetryPolicy::default()));
        assert_eq!(rules.policy(Some(&rules)), Some(RetryPolicy::default()));
    }

    #[test]
    fn a_route_takes_the_place_of_its_upstream_key_by_key() {
        let upstream = rules(RetryTable {
            attempts: Some(3.into()),
            timeout: Some(Time::from_secs(2).into()),
            ..RetryTable::default()
        });
        let route = rules(RetryTable {
            attempts: Some(1.into()),
            non_idempotent: Some(true),
            ..RetryTable::default()
        });
        let policy = upstream.policy(Some(&route)).unwrap();
        assert_eq!(policy.attempts, 1);
        assert!(policy.non_idempotent);
        assert_eq!(policy.timeout, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_route_may_do_without_and_may_do_with() {
        let on = rules(RetryTable::default());
        assert_eq!(on.policy(Some(&off())), None);
        assert_eq!(off().policy(None), None);
        assert_eq!(off().policy(Some(&on)), Some(RetryPolicy::default()));
    }

    #[test]
    fn the_longest_backoff_follows_the_first() {
        let rules = rules(RetryTable {
            backoff: Some(BackoffConfig {
                base: Time::from_millis(100).into(),
                max: None,
            }),
            ..RetryTable::default()
        });
        let backoff = rules.policy(None).unwrap().backoff;
        assert_eq!(backoff.max, Duration::from_secs(1));
    }
}

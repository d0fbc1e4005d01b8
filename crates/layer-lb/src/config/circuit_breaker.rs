//! `circuit-breaker`.

use gateway_core::config::{ConfigError, ConfigErrors, Duration, Located, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admission::{BreakerRules, SlowRule};

/// The largest number of attempts that stands here.
const MAX_ATTEMPTS: u32 = 1_000_000;
/// The shortest window: below it, a tenth of it is too short to be seen.
const MIN_WINDOW: Duration = Duration::from_millis(100);
/// The shortest time that is worth a refusal.
const MIN_OPEN: Duration = Duration::from_millis(10);

/// When an upstream that mostly fails is left alone for a while.
///
/// It is `open` once the share of `failures`, or of `slow` attempts, is reached in the `window`: all requests are
/// refused with 503. After the time of `open` a few requests are let through as a `trial`. If one of them fails, it is
/// open for twice as long, up to `max-open`; if all succeed, a share that grows from 10 % to all in the time of
/// `recovery` passes, while the same shares of failures open it again.
///
/// ```
/// use layer_lb::CircuitBreakerConfig;
///
/// let config: CircuitBreakerConfig = serde_json::from_str(r#"{ "open": "2s" }"#)?;
/// assert_eq!(config.failures.get(), 50.0);
/// assert_eq!(*config.trial, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct CircuitBreakerConfig {
    /// The share of attempts that must have failed: answered with a 5xx status or a status of gRPC that means as much,
    /// or not at all. From 1 % to 100 %.
    pub failures: Located<Percent>,
    /// What is too slow, and which share of it is too much; nothing is by default.
    pub slow: Option<SlowConfig>,
    /// How far back attempts count. At least 100 ms.
    pub window: Located<Duration>,
    /// How many attempts there must be in the window before a share says anything. From 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub at_least: Located<u32>,
    /// How long it is open for the first time; up to a fifth less, at random, so that several gateways do not come
    /// back at once. At least 10 ms.
    pub open: Located<Duration>,
    /// How long it is open at most. At least `open`.
    pub max_open: Located<Duration>,
    /// How many requests are let through to see whether the upstream is back. From 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub trial: Located<u32>,
    /// How long the share of requests that pass grows. `"0s"` lets all of them pass once the trial has succeeded.
    pub recovery: Duration,
}

/// What is too slow, and which share of it is too much: `{ than = "1s", share = "5%" }` limits the 95th percentile.
///
/// ```
/// use layer_lb::SlowConfig;
///
/// let config: SlowConfig = serde_json::from_str(r#"{ "than": "1s" }"#)?;
/// assert_eq!(config.share.get(), 50.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SlowConfig {
    /// An attempt is slow if the head of its response takes longer. More than 0.
    pub than: Located<Duration>,
    /// The share of attempts that must have been slow. From 1 % to 100 %.
    #[serde(default = "half")]
    pub share: Located<Percent>,
}

fn half() -> Located<Percent> {
    Percent::new(50.0).into()
}

impl CircuitBreakerConfig {
    /// Finds what makes no sense.
    pub(crate) fn check(&self, errors: &mut ConfigErrors) {
        let shares = [
            Some(&self.failures),
            self.slow.as_ref().map(|slow| &slow.share),
        ];
        for share in shares.into_iter().flatten() {
            if share.get() < 1.0 {
                let error = ConfigError::new("a share of attempts is from 1% to 100%");
                errors.push(error.at(share.span()));
            }
        }
        if let Some(slow) = self.slow.as_ref().filter(|slow| slow.than.is_zero()) {
            let error = ConfigError::new("everything takes longer than nothing");
            errors.push(
                error
                    .at(slow.than.span())
                    .help("write a time such as \"1s\""),
            );
        }
        for (name, number) in [("attempts", &self.at_least), ("trials", &self.trial)] {
            if !(1..=MAX_ATTEMPTS).contains(&**number) {
                let message = format!("a number of {name} is from 1 to {MAX_ATTEMPTS}");
                errors.push(ConfigError::new(message).at(number.span()));
            }
        }
        for (time, least) in [(&self.window, MIN_WINDOW), (&self.open, MIN_OPEN)] {
            if **time < least {
                let error = ConfigError::new(format!("this is at least {least}"));
                errors.push(error.at(time.span()));
            }
        }
        if *self.max_open < *self.open {
            errors.push(
                ConfigError::new(format!(
                    "`max-open`, {}, is shorter than `open`, {}",
                    *self.max_open, *self.open
                ))
                .at_pair(
                    self.max_open.span(),
                    self.open.span(),
                    "it is open for so long the first time",
                ),
            );
        }
    }

    /// What it means.
    pub(crate) fn rules(&self) -> BreakerRules {
        BreakerRules {
            failures: self.failures.fraction(),
            slow: self.slow.as_ref().map(|slow| SlowRule {
                than: slow.than.get(),
                share: slow.share.fraction(),
            }),
            window: self.window.get(),
            at_least: *self.at_least,
            open: self.open.get(),
            max_open: self.max_open.get(),
            trial: *self.trial,
            recovery: self.recovery.get(),
        }
    }
}

impl Default for CircuitBreakerConfig {
    fn default() -> Self {
        Self {
            failures: half(),
            slow: None,
            window: Duration::from_secs(10).into(),
            at_least: 20.into(),
            open: Duration::from_secs(5).into(),
            max_open: Duration::from_secs(60).into(),
            trial: 3.into(),
            recovery: Duration::from_secs(30),
        }
    }
}

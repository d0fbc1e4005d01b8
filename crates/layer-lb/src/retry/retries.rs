//! What an upstream knows of requests that are sent more than once.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::config::ConfigErrors;
use http::HeaderName;
use tokio::time::Instant;

use super::budget::Budget;
use super::rules::RetryRules;
use crate::config::UpstreamConfig;
use crate::latency::Latency;
use crate::outcome::Ending;

/// What an upstream knows of requests that are sent more than once; all its routes share it.
#[derive(Debug)]
pub(crate) struct Retries {
    rules: RetryRules,
    budget: Arc<Budget>,
    hedging: Option<Hedging>,
    deadline_header: Option<HeaderName>,
}

/// When a second endpoint is asked.
#[derive(Debug)]
struct Hedging {
    latency: Latency,
    at_least: Duration,
}

impl Retries {
    /// As `config` says.
    ///
    /// # Errors
    /// What is out of its range.
    pub(crate) fn new(config: &UpstreamConfig) -> Result<Self, ConfigErrors> {
        let budget = &config.retry_budget;
        Ok(Self {
            rules: RetryRules::new(&config.retry)?,
            budget: Arc::new(Budget::new(budget.share, *budget.per_second)),
            hedging: config.hedge.as_ref().map(|hedge| Hedging {
                latency: Latency::new(hedge.at.fraction()),
                at_least: hedge.at_least.get(),
            }),
            deadline_header: config
                .deadline
                .as_ref()
                .map(|deadline| deadline.header.clone().into_inner()),
        })
    }

    /// What the upstream says about retries.
    pub(crate) fn rules(&self) -> &RetryRules {
        &self.rules
    }

    /// How often requests may be sent more than once.
    pub(crate) fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Where clients say how long they wait.
    pub(crate) fn deadline_header(&self) -> Option<&HeaderName> {
        self.deadline_header.as_ref()
    }

    /// After which time a second endpoint is asked; `None` where none is, or while too little is known.
    pub(crate) fn hedge_after(&self) -> Option<Duration> {
        let hedging = self.hedging.as_ref()?;
        Some(hedging.latency.quantile()?.max(hedging.at_least))
    }

    /// Learns from a try that began at `start` and has ended. One that nobody waited for has taken at least as long as it did; without
    /// it, the slow ones among the hedged would never be seen, and ever more would be hedged.
    pub(crate) fn learn(&self, ending: Ending, start: Instant) {
        if let Some(hedging) = &self.hedging
            && (!ending.is_failure() || ending == Ending::Cancelled)
        {
            let now = Instant::now();
            hedging.latency.record(now - start, now);
        }
    }
}

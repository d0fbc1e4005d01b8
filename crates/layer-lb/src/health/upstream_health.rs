//! How an upstream judges its endpoints.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use super::check::Check;
use super::ejection::EjectionTimes;
use super::outliers::OutlierRule;
use super::traffic::Traffic;
use crate::config::{EjectionConfig, EjectionTable, UpstreamConfig, WhenAllUnhealthy};

/// How an upstream judges its endpoints, and what its background tasks wait for.
#[derive(Debug)]
pub(crate) struct UpstreamHealth {
    pub(super) check: Option<Check>,
    pub(super) ejection: Option<EjectionPolicy>,
    pub(super) when_all_unhealthy: WhenAllUnhealthy,
    /// Only where checks want to know it.
    pub(super) traffic: Option<Traffic>,
    /// Locked while it is decided about an ejection, lest two at a time take out more than may be.
    pub(super) deciding: Mutex<()>,
    /// An endpoint was ejected.
    pub(super) ejected: Notify,
    members_changed: Notify,
}

/// When endpoints are ejected.
#[derive(Clone, Copy, Debug)]
pub(super) struct EjectionPolicy {
    /// At least 1.
    pub(super) consecutive_failures: u32,
    pub(super) times: EjectionTimes,
    /// How many may be ejected at a time, as a share from 0 to 1.
    pub(super) max: f64,
    /// How long a window is, and who stands out in it.
    pub(super) success_rate: Option<(Duration, OutlierRule)>,
}

impl UpstreamHealth {
    /// As `config` says, which has been checked.
    pub(crate) fn new(config: &UpstreamConfig) -> Self {
        let check = config
            .health_check
            .as_ref()
            .and_then(|check| Check::new(check, config.protocol));
        let wants_traffic = check.as_ref().is_some_and(Check::wants_traffic);
        Self {
            check,
            ejection: match &config.ejection {
                EjectionConfig::Off => None,
                EjectionConfig::On(table) => Some(EjectionPolicy::new(table)),
            },
            when_all_unhealthy: config.when_all_unhealthy,
            traffic: wants_traffic.then(|| Traffic::new(Instant::now())),
            deciding: Mutex::default(),
            ejected: Notify::new(),
            members_changed: Notify::new(),
        }
    }

    /// Whether endpoints are checked.
    pub(crate) fn has_checks(&self) -> bool {
        self.check.is_some()
    }

    /// What happens while no endpoint is available.
    pub(crate) fn when_all_unhealthy(&self) -> WhenAllUnhealthy {
        self.when_all_unhealthy
    }

    /// Endpoints have come or gone.
    pub(crate) fn members_changed(&self) {
        self.members_changed.notify_waiters();
    }

    /// Ends when endpoints come or go, from this call on and not only from the first poll.
    pub(super) fn next_members(&self) -> Notified<'_> {
        self.members_changed.notified()
    }
}

impl EjectionPolicy {
    fn new(table: &EjectionTable) -> Self {
        let success_rate = table.success_rate.as_ref().map(|rate| {
            let rule = OutlierRule {
                factor: *rate.factor,
                endpoints: *rate.endpoints,
                requests: *rate.requests,
            };
            (rate.window.get(), rule)
        });
        Self {
            consecutive_failures: *table.consecutive_failures,
            times: EjectionTimes {
                base: table.time.get(),
                longest: table.max_time.get(),
            },
            max: table.max.fraction(),
            success_rate,
        }
    }
}

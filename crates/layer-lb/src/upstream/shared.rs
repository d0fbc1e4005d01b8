//! The state of an upstream.

use std::sync::{Arc, Mutex, OnceLock};

use arc_swap::ArcSwap;
use tokio::sync::Notify;

use super::members::Members;
use super::tasks::Tasks;
use crate::admission::Admission;
use crate::balance::{Balance, Picker};
use crate::config::UpstreamConfig;
use crate::counters::UpstreamCounters;
use crate::health::UpstreamHealth;
use crate::load::Load;
use crate::pool::TlsClient;
use crate::retry::Retries;
use crate::time_limits::TimeLimits;

/// The state of an upstream, which all routes share that name it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) name: Arc<str>,
    pub(super) config: UpstreamConfig,
    /// Where endpoints may speak TLS.
    pub(super) tls: Option<TlsClient>,
    pub(super) limits: TimeLimits,
    pub(super) counters: Arc<UpstreamCounters>,
    pub(super) balance: Balance,
    pub(super) load: Arc<Load>,
    /// How it is judged whether an endpoint may be chosen.
    pub(super) health: Arc<UpstreamHealth>,
    pub(super) retries: Retries,
    /// Where anything limits what it is given to do.
    pub(super) admission: Option<Box<Admission>>,
    /// All endpoints, whether or not they may be chosen now. Locked while a picker is built of them.
    pub(super) members: Mutex<Members>,
    /// The endpoints that may be chosen now.
    pub(super) picker: ArcSwap<Picker>,
    /// Notified when an endpoint may be chosen that is not warm yet.
    pub(super) is_cold: Arc<Notify>,
    /// Started when there is a runtime.
    pub(super) tasks: OnceLock<Tasks>,
}
